import { runCommand, startCommand } from "../../support/commands.ts";
import type { StormSearch } from "./prepare.ts";

/** For a few hundred runs that the storm has left, and for leases that nobody knows any more. */
const PATIENCE_MS = 1_200_000;

/** Launches to the end, as a person would after the storm. @returns what the commands said that failed */
export async function settleAll(
  { folder, storages }: Pick<StormSearch, "folder" | "storages">,
  heartbeatMs: number,
): Promise<readonly string[]> {
  const names = storages.flatMap((path) => ["-s", path.split("/").at(-1) ?? ""]);
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const clean = await runCommand("alclean", [...names, "--clean_crashes"], folder);
    if (clean.code !== 0) return [`alclean ended with ${String(clean.code)}:\n${clean.stderr}`];
    const args = [...names, "-p", "2", "--heartbeat", String(heartbeatMs / 1000), "--stay"];
    const { child, ended } = startCommand("allaunch", args, folder);
    const impatience = setTimeout(() => child.kill(), deadlineMs - performance.now());
    const { code, stdout, stderr } = await ended;
    clearTimeout(impatience);
    if (code === 0) return [];
    if (performance.now() > deadlineMs || code !== 1)
      return [`allaunch ended with ${String(code)}:\n${stdout}\n${stderr}`];
  }
}
