import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A file system of its own that is small enough to fill; needs root. */
export type SmallDisk = {
  /** Leaves no room. */
  readonly fill: () => void;
  readonly empty: () => void;
  readonly setReadOnly: (readOnly: boolean) => void;
  readonly unmount: () => void;
};

export const canMount = () => process.getuid?.() === 0;

const CHUNK_BYTES = 1 << 20;

/** Mounts one at `folder`. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  const ballast = (index: number) => join(folder, `.ballast${index}`);
  let files = 0;
  return {
    fill: () => {
      for (let bytes = CHUNK_BYTES; bytes >= 1;) {
        const { bavail, bsize } = statfsSync(folder);
        if (bavail * bsize < bytes) bytes /= 2;
        else if (!tryToWrite(ballast(files), bytes)) break;
        else files += 1;
      }
    },
    empty: () => {
      for (; files >= 0; files--) rmSync(ballast(files), { force: true });
      files = 0;
    },
    setReadOnly: (readOnly) => {
      execFileSync("mount", ["-o", `remount,${readOnly ? "ro" : "rw"}`, folder]);
    },
    unmount: () => {
      unmountSmallDisk(folder);
    },
  };
}

/** Nothing happens if none is mounted there. */
export function unmountSmallDisk(folder: string): void {
  spawnSync("umount", ["--lazy", folder]);
}

/** @returns false if there is no room even for the name, or others have taken it meanwhile */
function tryToWrite(path: string, bytes: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(bytes));
    return true;
  } catch {
    return false;
  }
}
