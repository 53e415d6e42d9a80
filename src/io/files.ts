import { randomBytes } from "node:crypto";
import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";

import type { Space } from "../core/file-system-kinds.ts";
import { errnoOf } from "../errors.ts";
import type { Files } from "../host.ts";

/** What a touch writes: the one byte that a flag's content may start with. */
const TOUCH = Buffer.from("\n");
const CHUNK_BYTES = 1 << 20;

/** The real disk. */
export const diskFiles: Files = {
  list: (folder) => unlessMissing(() => readdirSync(folder)),
  read: (path) => unlessMissing(() => readFileSync(path, "utf8")),
  readChunks,
  readEnd,
  write: (path, text, options) => {
    writeFileSync(path, text, { flush: options?.flush ?? false });
  },
  replace,
  append: (path, text) => {
    appendFileSync(path, text);
  },
  openAppend: (path) => {
    const descriptor = openSync(path, "a");
    return {
      write: (text) => {
        writeSync(descriptor, text);
      },
      close: () => {
        closeSync(descriptor);
      },
    };
  },
  touch: (path) => {
    // A write, because `utimes` would send this machine's clock; "r+" never creates the file.
    withFile(path, "r+", (descriptor) => writeSync(descriptor, TOUCH, 0, 1, 0));
  },
  fill: (path, text) => {
    withFile(path, "r+", (descriptor) => {
      ftruncateSync(descriptor, 1);
      writeSync(descriptor, `\n${text}\n`, 0);
    });
  },
  // Opened: a network file system may answer a plain stat from what it knew seconds ago.
  modifiedMs: (path) => withFile(path, "r", (descriptor) => fstatSync(descriptor).mtimeMs),
  size: (path) => unlessMissing(() => statSync(path).size),
  rename: renameSync,
  makeFolder: (path) => {
    try {
      mkdirSync(path);
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    }
  },
  makeFolders: (path) => {
    mkdirSync(path, { recursive: true });
  },
  remove: (path) => {
    rmSync(path, { recursive: true, force: true });
  },
  isWritable,
  ownerId: (path) => unlessMissing(() => statSync(path).uid),
  space,
};

function isWritable(path: string): boolean {
  try {
    // Asked of the system, not of the mode bits: lists of rights and read-only mounts count too.
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function space(folder: string): Space | undefined {
  try {
    const { bsize, blocks, bavail, files, ffree, type } = statfsSync(folder);
    // Available, not free: the system keeps some for its administrator.
    const bytes = { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    return { ...bytes, freeFiles: ffree, totalFiles: files, type };
  } catch {
    return undefined;
  }
}

function* readChunks(path: string): Generator<Uint8Array> {
  const descriptor = unlessMissing(() => openSync(path, "r"));
  if (descriptor === undefined) return;
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const bytes = readSync(descriptor, chunk);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readEnd(path: string, bytes: number): string {
  const text = unlessMissing(() =>
    withFile(path, "r", (descriptor) => {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(bytes, size));
      const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString("utf8", 0, read);
    }),
  );
  return text ?? "";
}

function replace(path: string, content: string | Uint8Array): void {
  // Same folder, so that the rename stays within one file system; random, because two hosts can
  // have the same pid.
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const descriptor = openSync(draft, "wx");
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function withFile<Result>(
  path: string,
  flags: "r" | "r+",
  use: (descriptor: number) => Result,
): Result {
  const descriptor = openSync(path, flags);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined for what is not there, also when a part of the path is a file. */
function unlessMissing<Result>(operation: () => Result): Result | undefined {
  try {
    return operation();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
