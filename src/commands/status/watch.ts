import { repaint } from "../../core/terminal-text.ts";
import type { Host } from "../../host.ts";
import { createFolderMemory } from "./folder-memory.ts";
import { type StorageStatus, summarise } from "./summary.ts";

/**
 * Counts runs again and again until `signal` aborts, and shows them: on a terminal one table that is
 * painted over, otherwise a table each time. The last one stays.
 *
 * @param storages - asked each time: new ones may come
 * @returns what was shown last
 */
export async function watch(
  seconds: number,
  storages: () => Promise<readonly string[]>,
  render: (found: readonly StorageStatus[], columns: number | undefined) => string,
  host: Host,
  signal: AbortSignal,
): Promise<readonly StorageStatus[]> {
  const { list } = createFolderMemory(host.files);
  const remembering = { ...host, files: { ...host.files, list } };
  const show = host.output.isScreen ? createPainter(host) : createPrinter(host);
  let last: readonly StorageStatus[] = [];
  while (!signal.aborted) {
    const all = await storages();
    const found = await summarise(all, remembering, signal);
    // Half a table is none.
    if (found.length < all.length) break;
    last = found;
    show(render(found, host.output.size()?.columns), seconds);
    await host.clock.sleep(seconds * 1000, signal);
  }
  return last;
}

function createPainter({ output, clock }: Pick<Host, "output" | "clock">) {
  let before: readonly string[] = [];
  return (table: string, seconds: number) => {
    const rows = output.size()?.rows ?? 24;
    const all = [
      `${localTime(clock.now())}, every ${seconds} s; Ctrl-C ends`,
      ...table.split("\n"),
    ];
    // What has left the screen at its top cannot be painted over.
    const room = Math.max(2, rows - 1);
    const lines =
      all.length <= room
        ? all
        : [...all.slice(0, room - 1), `… ${all.length - room + 1} more lines`];
    output.write(repaint(before, lines));
    before = lines;
  };
}

function createPrinter({ output, clock }: Pick<Host, "output" | "clock">) {
  return (table: string) => {
    output.write(`${localTime(clock.now())}\n${table}\n\n`);
  };
}

const localTime = (ms: number) => new Date(ms).toTimeString().slice(0, 8);
