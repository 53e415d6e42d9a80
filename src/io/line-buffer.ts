import { writeSync } from "node:fs";

import { naming } from "./descriptors.ts";

/** Places in `state`: who writes, how many bytes wait, whether the other thread could not write them. */
const [LOCK, USED, FAILED] = [0, 1, 2] as const;
const STATES = 3;
const BYTES = 1 << 20;
/** UTF-8 has no more bytes for one unit of a text. */
const MAX_BYTES_OF_UNIT = 3;
/** The first unit that is more than one byte in UTF-8. */
const FIRST_LONG = 0x80;
const NEWLINE = 0x0a;
/** Between two looks at a lock, ms; it is held for as long as a write takes. */
const LOOK_MS = 1;

/** Lines that wait to be added to a file, in memory that two threads share: either may write it down. */
export type LineBuffer = {
  readonly path: string;
  /** Open for adding to its end; threads share it. */
  readonly descriptor: number;
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
};

export function createLineBuffer(path: string, descriptor: number): LineBuffer {
  const state = new Int32Array(new SharedArrayBuffer(STATES * Int32Array.BYTES_PER_ELEMENT));
  return { path, descriptor, state, bytes: new Uint8Array(new SharedArrayBuffer(BYTES)) };
}

/** Lets a line wait. What does not fit is written down, with all that waits before it. */
export function addLine(buffer: LineBuffer, line: string): void {
  const { state, bytes } = buffer;
  lock(state);
  try {
    const most = (line.length + 1) * MAX_BYTES_OF_UNIT;
    // What another thread failed to write, this one is to be told about.
    if (state[FAILED] === 1 || (state[USED] ?? 0) + most > bytes.length) writeAll(buffer);
    const used = state[USED] ?? 0;
    if (used + most > bytes.length) writeWhole(buffer, Buffer.from(`${line}\n`));
    else state[USED] = putLine(bytes, used, line);
  } finally {
    unlock(state);
  }
}

/** By hand: to ask for it costs more than the line, which is short and plain. @returns where it ends */
function putLine(bytes: Uint8Array<SharedArrayBuffer>, start: number, line: string): number {
  for (let index = 0; index < line.length; index += 1) {
    const unit = line.charCodeAt(index);
    if (unit >= FIRST_LONG) return start + viewOf(bytes).write(`${line}\n`, start);
    bytes[start + index] = unit;
  }
  bytes[start + line.length] = NEWLINE;
  return start + line.length + 1;
}

/** Writes down what waits. @throws the system's error; then it still waits */
export function drain(buffer: LineBuffer): void {
  if (Atomics.load(buffer.state, USED) === 0) return;
  lock(buffer.state);
  try {
    writeAll(buffer);
  } finally {
    unlock(buffer.state);
  }
}

/** The same for who has nobody to tell: whoever adds next is told. */
export function drainQuietly(buffer: LineBuffer): void {
  try {
    drain(buffer);
  } catch {
    Atomics.store(buffer.state, FAILED, 1);
  }
}

function writeAll(buffer: LineBuffer): void {
  const { state, bytes } = buffer;
  writeWhole(buffer, bytes.subarray(0, state[USED]));
  state[USED] = 0;
  state[FAILED] = 0;
}

function writeWhole({ path, descriptor }: LineBuffer, bytes: Uint8Array): void {
  naming(path, () => {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  });
}

function lock(state: LineBuffer["state"]): void {
  while (Atomics.compareExchange(state, LOCK, 0, 1) === 1) Atomics.wait(state, LOCK, 1, LOOK_MS);
}

function unlock(state: LineBuffer["state"]): void {
  Atomics.store(state, LOCK, 0);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array<SharedArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, byteLength);
