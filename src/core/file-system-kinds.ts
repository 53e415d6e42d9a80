/** What is known about a kind of file system that does not keep, or may not keep, what the protocol needs. */
export type FileSystemDoubt = { readonly name: string; readonly why: string };

const CACHED_NAMES = "its clients may remember names and times that have changed";
const NO_ATOMIC_RENAME = "renames by two machines at once are not promised to have one winner";

/** By the number that `statfs` gives. @see the constants in Linux's linux/magic.h */
const DOUBTS: ReadonlyMap<number, FileSystemDoubt> = new Map([
  [0x01021997, { name: "9p", why: CACHED_NAMES }],
  [0x65735546, { name: "fuse (sshfs and others)", why: NO_ATOMIC_RENAME }],
  [0xff534d42, { name: "cifs", why: NO_ATOMIC_RENAME }],
  [0xfe534d42, { name: "smb2", why: NO_ATOMIC_RENAME }],
  [0x0000517b, { name: "smb", why: NO_ATOMIC_RENAME }],
  [0x786f4256, { name: "vboxsf", why: CACHED_NAMES }],
  [0x5346414f, { name: "afs", why: CACHED_NAMES }],
  [0x6b414653, { name: "afs", why: CACHED_NAMES }],
  [0x00004d44, { name: "fat", why: "it keeps times to 2 s only, and no owners" }],
  [0x2011bab0, { name: "exfat", why: "it keeps times to 2 s only, and no owners" }],
]);

/** Why the protocol's assumptions are in doubt on a file system; undefined if they are not. @param type - as `statfs` gives it */
export function fileSystemDoubt(type: number): FileSystemDoubt | undefined {
  // Some systems give it with a sign.
  return DOUBTS.get(type >>> 0);
}

/** Room on a file system. A total of 0 means that it does not count in that unit. */
export type Space = {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files that can still be made. */
  readonly freeFiles: number;
  readonly totalFiles: number;
  /** The kind, as `statfs` gives it. */
  readonly type: number;
};

const MB = 1e6;
/** Below that nothing of any size fits. */
const MIN_FREE_BYTES = 100 * MB;
const MIN_FREE_FILES = 1000;
const MIN_FREE_SHARE = 0.05;
/** So much is enough for a search, however small its share of a large disk. */
const AMPLE_FREE_BYTES = 10_000 * MB;
const AMPLE_FREE_FILES = 1_000_000;

/** What there is too little of: `scarce` needs care now, `low` is worth knowing. */
export type Shortage = { readonly level: "scarce" | "low"; readonly text: string };

/** What is short on a file system, in words. */
export function shortages(space: Space): readonly Shortage[] {
  const { freeBytes, totalBytes, freeFiles, totalFiles } = space;
  const bytes = levelOf(freeBytes, totalBytes, MIN_FREE_BYTES, AMPLE_FREE_BYTES);
  const files = levelOf(freeFiles, totalFiles, MIN_FREE_FILES, AMPLE_FREE_FILES);
  const bytesText = `${(freeBytes / MB).toFixed(0)} MB free (${share(freeBytes, totalBytes)})`;
  const filesText = `room for ${freeFiles} more files (${share(freeFiles, totalFiles)} of its inodes)`;
  return [
    ...(bytes === undefined ? [] : [{ level: bytes, text: bytesText }]),
    ...(files === undefined ? [] : [{ level: files, text: filesText }]),
  ];
}

function levelOf(
  free: number,
  total: number,
  least: number,
  ample: number,
): Shortage["level"] | undefined {
  if (total <= 0) return undefined;
  if (free < least) return "scarce";
  if (free / total >= MIN_FREE_SHARE) return undefined;
  return free < ample ? "scarce" : "low";
}

const share = (free: number, total: number) => `${((100 * free) / total).toFixed(1)} %`;
