import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";

import type { FileStamp, StampedText } from "../core/file-stamp.ts";
import { UserError } from "../errors.ts";
import { MAX_FILE_BYTES, type ReadLimit } from "../host.ts";
import { READ, unlessMissing, withFile } from "./descriptors.ts";

const CHUNK_BYTES = 1 << 20;

/** The whole text of a file. Nothing is read of what is larger than the limit. */
export function readText(path: string, limit: ReadLimit = {}): string | undefined {
  const { bytes: most = MAX_FILE_BYTES, orPipe = false } = limit;
  // Whoever names a pipe waits for what it will say.
  const flags = orPipe ? constants.O_RDONLY : READ;
  return unlessMissing(() =>
    withFile(path, flags, (descriptor) => {
      const { size } = orPipe ? sizeOfAny(descriptor) : regular(descriptor, path);
      if (size > most) throw tooLarge(path, most);
      return readAll(descriptor, size, path, most).toString("utf8");
    }),
  );
}

/** One question to the system and one look into the file, where {@link readText} takes three. */
export function readStamped(path: string): StampedText | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw notRegular(path);
  if (stats.size > MAX_FILE_BYTES) throw tooLarge(path, MAX_FILE_BYTES);
  const bytes = unlessMissing(() =>
    withFile(path, READ, (descriptor) => readAll(descriptor, stats.size, path, MAX_FILE_BYTES)),
  );
  return bytes && { text: bytes.toString("utf8"), stamp: stampOf(stats) };
}

export function stamp(path: string): FileStamp | undefined {
  const stats = statsOf(path);
  return stats && stampOf(stats);
}

const statsOf = (path: string) => unlessMissing(() => statSync(path, { throwIfNoEntry: false }));

const stampOf = ({ mtimeMs, ctimeMs, size, ino }: Stats): FileStamp => ({
  modifiedMs: mtimeMs,
  changedMs: ctimeMs,
  bytes: size,
  inode: ino,
});

export function* readChunks(path: string): Generator<Uint8Array> {
  const descriptor = unlessMissing(() => openSync(path, READ));
  if (descriptor === undefined) return;
  try {
    regular(descriptor, path);
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

export function readEnd(path: string, bytes: number): string {
  const text = unlessMissing(() =>
    withFile(path, READ, (descriptor) => {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(bytes, size));
      const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString("utf8", 0, read);
    }),
  );
  return text ?? "";
}

export function readAt(path: string, offset: number, bytes: number): Uint8Array {
  const some = unlessMissing(() =>
    withFile(path, READ, (descriptor) => {
      regular(descriptor, path);
      const buffer = Buffer.allocUnsafe(bytes);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, offset));
    }),
  );
  return some ?? Buffer.alloc(0);
}

/** To its end, which may have moved since its size was asked for, or never come. */
function readAll(descriptor: number, size: number, path: string, most: number): Buffer {
  // One byte more, so that the end is seen without another look.
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const bytes = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (bytes === 0) return buffer.subarray(0, length);
    const isShort = bytes < buffer.length - length;
    length += bytes;
    // Fewer than asked for, and as many as there should be.
    if (isShort && length === size) return buffer.subarray(0, length);
    if (length > most) throw tooLarge(path, most);
    if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length + CHUNK_BYTES);
  }
}

function sizeOfAny(descriptor: number): { readonly size: number } {
  const stats = fstatSync(descriptor);
  return stats.isFile() ? stats : { size: 0 };
}

/** @throws UserError `unreadable` for a folder, a pipe, a socket or a device, which may have no end */
function regular(descriptor: number, path: string): { readonly size: number } {
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return stats;
  throw notRegular(path);
}

function notRegular(path: string): UserError {
  return new UserError(
    "unreadable",
    `${path} is no regular file.`,
    "Put the file back that belongs there, or remove what is in its place.",
  );
}

function tooLarge(path: string, most: number): UserError {
  return new UserError(
    "unreadable",
    `${path} is larger than ${most / (1 << 20)} MiB, which no file of its kind is.`,
    "It is damaged, or something else: look at it, and put the right one in its place.",
  );
}
