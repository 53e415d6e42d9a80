import { parentPort, receiveMessageOnPort } from "node:worker_threads";

import { drainQuietly, type LineBuffer } from "../io/line-buffer.ts";

/**
 * The thread that writes down what waits for a tenth of a second, whatever the program does meanwhile
 * (see io/line-files.ts). It is asleep most of the time, and ends with its process.
 */
const LOOK_MS = 100;

const buffers: LineBuffer[] = [];
const sleeper = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
for (;;) {
  for (let one = next(); one !== undefined; one = next()) buffers.push(one);
  for (const buffer of buffers) drainQuietly(buffer);
  Atomics.wait(sleeper, 0, 0, LOOK_MS);
}

function next(): LineBuffer | undefined {
  const received: unknown = parentPort === null ? undefined : receiveMessageOnPort(parentPort);
  // From our own starter, which sends nothing else.
  return (received as { readonly message: LineBuffer } | undefined)?.message;
}
