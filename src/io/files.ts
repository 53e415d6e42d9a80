import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  existsSync,
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
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

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
    naming(path, () => {
      writeFileSync(path, text, { flush: options?.flush ?? false });
    });
  },
  replace,
  append: (path, text) => {
    naming(path, () => {
      appendFileSync(path, text);
    });
  },
  openAppend: (path) => {
    const descriptor = openSync(path, "a");
    return {
      write: (text) => {
        naming(path, () => writeSync(descriptor, text));
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
  makeFolders,
  remove: (path) => {
    rmSync(path, { recursive: true, force: true });
  },
};

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

/**
 * One by one: of a file system that is read-only, Node's own way says that something is missing, and
 * of one that refuses it never ends.
 */
function makeFolders(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EEXIST" && statSync(path).isDirectory()) return;
    const parent = dirname(path);
    if (code !== "ENOENT" || existsSync(parent)) throw error;
    makeFolders(parent);
    makeFolders(path);
  }
}

function replace(path: string, content: string | Uint8Array): void {
  // Same folder, so that the rename stays within one file system; random, because two hosts can
  // have the same pid.
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const descriptor = openSync(draft, "wx");
    try {
      naming(path, () => {
        writeFileSync(descriptor, content);
        fsyncSync(descriptor);
      });
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Runs an operation on an open file, of which the system does not say the name when it refuses. */
function naming<Result>(path: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Error && errnoOf(error) !== undefined && !("path" in error)) {
      error.message += ` '${path}'`;
    }
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
    return naming(path, () => use(descriptor));
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
