import { randomBytes } from "node:crypto";
import {
  accessSync,
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

import type { Space } from "../core/file-system-kinds.ts";
import { errnoOf } from "../errors.ts";
import type { Files } from "../host.ts";
import { readAt, readChunks, readEnd, readStamped, readText, stamp } from "./reading.ts";
import { openLines } from "./line-files.ts";
import { naming, READ, unlessMissing, withFile } from "./descriptors.ts";

/** What a touch writes: the one byte that a flag's content may start with. */
const TOUCH = Buffer.from("\n");
/**
 * Links are for people's own files. What we write to has names that anybody who shares the folder
 * can guess, and a link there could lead to a file that is not ours to touch.
 */
const { O_RDWR, O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;

/** The real disk. */
export const diskFiles: Files = {
  list: (folder) => unlessMissing(() => readdirSync(folder)),
  read: readText,
  isLink: (path) => unlessMissing(() => lstatSync(path).isSymbolicLink()) ?? false,
  readChunks,
  readEnd,
  readAt,
  readStamped,
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
    const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW);
    return {
      write: (text) => {
        naming(path, () => writeSync(descriptor, text));
      },
      close: () => {
        closeSync(descriptor);
      },
    };
  },
  openLines,
  touch: (path) => {
    // A write, because `utimes` would send this machine's clock; without O_CREAT it never makes the file.
    withFile(path, O_RDWR | O_NOFOLLOW, (descriptor) => writeSync(descriptor, TOUCH, 0, 1, 0));
  },
  fill: (path, text) => {
    withFile(path, O_RDWR | O_NOFOLLOW, (descriptor) => {
      ftruncateSync(descriptor, 1);
      writeSync(descriptor, `\n${text}\n`, 0);
    });
  },
  // Opened: a network file system may answer a plain stat from what it knew seconds ago.
  modifiedMs: (path) => withFile(path, READ, (descriptor) => fstatSync(descriptor).mtimeMs),
  glanceModifiedMs: (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs,
  size: (path) => unlessMissing(() => statSync(path).size),
  stamp,
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
  copy: (from, to) => {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  },
  link: (target, path) => {
    symlinkSync(target, path);
  },
  makeExecutable: (path) => {
    // Whoever may read it may execute it.
    const { mode } = statSync(path);
    chmodSync(path, (mode & 0o777) | ((mode & 0o444) >> 2));
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
