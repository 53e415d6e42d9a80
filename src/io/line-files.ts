import { constants, openSync } from "node:fs";
import { Worker } from "node:worker_threads";

import type { LineFile } from "../core/open-file.ts";
import { addLine, createLineBuffer, drain, type LineBuffer } from "./line-buffer.ts";
import { packageFile } from "./package-files.ts";

const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
const ENTRY = packageFile("dist/src/entries/line-writer.js");

let thread: Worker | undefined;
let isLost = false;

/** Opens a file for lines; those that wait are written by a thread, one for all files, which keeps no process alive. */
export function openLines(path: string): LineFile {
  const buffer = createLineBuffer(path, openSync(path, FLAGS));
  let isWatched = false;
  const flush = () => {
    drain(buffer);
  };
  return {
    write: (line) => {
      addLine(buffer, line);
      flush();
    },
    add: (line) => {
      // Not before: who never lets anything wait needs no thread.
      if (!isWatched) watch(buffer);
      isWatched = true;
      addLine(buffer, line);
      if (isLost) flush();
    },
    flush,
  };
}

function watch(buffer: LineBuffer): void {
  thread ??= startThread();
  thread.postMessage(buffer);
}

function startThread(): Worker {
  const started = new Worker(ENTRY, { execArgv: [] });
  started.on("error", () => (isLost = true));
  started.unref();
  return started;
}
