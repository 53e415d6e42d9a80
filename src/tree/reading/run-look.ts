import type { FileStamp } from "../../core/file-stamp.ts";
import { MAX_SOURCES, NO_STAMP, STAMP_SIZE } from "../../core/query/run-table.ts";
import type { Host } from "../../host.ts";

/** A look at one run's folder, which keeps in mind what it was at. */
export type RunLook = {
  /** Absolute. */
  readonly folder: string;
  /** What is in the folder; undefined if there is none. */
  readonly names: readonly string[] | undefined;
  /** A file's text. @param name - relative to the folder @throws UserError `unreadable` */
  readonly read: (name: string) => string | undefined;
  /** What was looked at, relative to the folder; "" is the folder itself. */
  readonly sources: readonly string[];
  /** Shape `[MAX_SOURCES, STAMP_SIZE]`; from before it was looked at: what changes meanwhile is seen the next time. */
  readonly stamps: Float64Array;
};

/**
 * @param folder - absolute
 * @param trustedMs - what was changed later may change again without another stamp
 */
export function lookAtRun(
  folder: string,
  trustedMs: number,
  { files }: Pick<Host, "files">,
): RunLook {
  const sources: string[] = [];
  const stamps = new Float64Array(MAX_SOURCES * STAMP_SIZE);
  const note = (name: string, stamp: FileStamp | undefined) => {
    const place = (sources.push(name) - 1) * STAMP_SIZE;
    putStamp(stamps, place, stamp, trustedMs);
  };
  note("", files.stamp(folder));
  return {
    folder,
    names: files.list(folder),
    read: (name) => {
      const path = `${folder}/${name}`;
      try {
        const found = files.readStamped(path);
        note(name, found?.stamp);
        return found?.text;
      } catch (error) {
        note(name, files.stamp(path));
        throw error;
      }
    },
    sources,
    stamps,
  };
}

function putStamp(
  stamps: Float64Array,
  place: number,
  stamp: FileStamp | undefined,
  trustedMs: number,
): void {
  if (stamp === undefined) return;
  const { modifiedMs, changedMs, bytes, inode } = stamp;
  stamps[place] = changedMs < trustedMs ? modifiedMs : NO_STAMP;
  stamps[place + 1] = changedMs;
  stamps[place + 2] = bytes;
  stamps[place + 3] = inode;
}
