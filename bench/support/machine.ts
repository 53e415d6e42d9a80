import { mkdirSync, statfsSync } from "node:fs";
import { cpus, loadavg } from "node:os";

/** Names of the file systems' numbers that benchmarks are likely to meet (Linux, statfs(2)). */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x01021994, "tmpfs"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x6969, "nfs"],
  [0x794c7630, "overlayfs"],
]);

/** What the figures were measured on, in a line. @param folder - where the files are written; made if missing */
export function describeMachine(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const { type } = statfsSync(folder);
  const system = FILE_SYSTEMS.get(type) ?? `file system 0x${type.toString(16)}`;
  const [load = 0] = loadavg();
  return `${cpus().length} cores, Node ${process.version}, ${system}, load ${load.toFixed(1)} at the start`;
}
