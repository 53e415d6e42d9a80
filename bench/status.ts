// What alstatus costs on a large search, against a bare loop that lists the same folders, and against
// find(1); whole processes, start-up included.
//
//     node dist/bench/status.js [--runs 100000] [--repetitions 7] [--folder storage]
import { spawnSync } from "node:child_process";
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { formatTable, median, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";

const SEEDS = 5;
/** Of the floor. */
const AT_MOST = 1.5;
const self = fileURLToPath(import.meta.url);
const alstatus = fileURLToPath(new URL("../bin/alstatus.js", import.meta.url));
/** Says on standard error how much memory a process has had at most, kilobytes. */
const MEMORY = `data:text/javascript,process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS))`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "100000" },
    repetitions: { type: "string", default: "7" },
    folder: { type: "string", default: SEARCHES },
  },
});
const [part, place = ""] = positionals;
if (part === "floor") console.log(listBare(place));
else await compare(Number(values.runs), Number(values.repetitions), values.folder);

async function compare(runs: number, repetitions: number, folder: string): Promise<void> {
  console.log(describeMachine(folder));
  console.log(await withFolder(folder, (project) => measureAll(project, runs, repetitions)));
}

function measureAll(project: string, runs: number, repetitions: number): string {
  const storage = writeSearch(project, { runs, seeds: SEEDS });
  settleAll(storage);
  const commands: Readonly<Record<string, readonly string[]>> = {
    floor: [process.execPath, self, "floor", storage],
    alstatus: [process.execPath, "--import", MEMORY, alstatus, "-r", join(storage, "..")],
    find: ["find", storage, "-name", "UNHATCHED"],
  };
  const names = Object.keys(commands);
  const taken = new Map<string, Measurement[]>(names.map((name) => [name, []]));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    // Another first one each time.
    const shift = repetition % names.length;
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      taken.get(name)?.push(measure(commands[name] ?? []));
    }
  }
  const floorMs = median(taken.get("floor")?.map(({ ms }) => ms) ?? []);
  const rows = names.map((name) => {
    const all = taken.get(name) ?? [];
    const ms = median(all.map((one) => one.ms));
    const megabytes = Math.max(...all.map((one) => one.megabytes));
    const isOurs = name === "alstatus";
    return [
      name,
      ms.toFixed(0),
      (ms / floorMs).toFixed(2),
      isOurs ? `${AT_MOST} ${verdict(ms / floorMs, AT_MOST)}` : "",
      isOurs ? megabytes.toFixed(0) : "",
    ];
  });
  const head = [
    `${runs} runs, medians of ${repetitions}`,
    "ms",
    "x floor",
    "at most",
    "MB at most",
  ];
  return formatTable(head, rows);
}

type Measurement = { readonly ms: number; readonly megabytes: number };

function measure([command = "", ...args]: readonly string[]): Measurement {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
  return { ms, megabytes: Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0) / 1024 };
}

/** Lists the folders of a storage, its experiments and its runs, and counts the names in them. */
function listBare(storage: string): number {
  let names = 0;
  for (const experiment of readdirSync(storage)) {
    if (!experiment.startsWith("experiment")) continue;
    for (const seed of readdirSync(`${storage}/${experiment}`)) {
      names += readdirSync(`${storage}/${experiment}/${seed}`).length;
    }
  }
  return names;
}

/** Most runs completed, some crashed, some pending: with the files that they leave. */
function settleAll(storage: string): void {
  const record = {
    schemaVersion: 1,
    attempt: 1,
    owner: "node-1.12345.0123456789abcdef0123456700000001",
    outcome: "completed",
    cause: { kind: "done" },
    seconds: 60,
  };
  let count = 0;
  for (const experiment of readdirSync(storage).filter((name) => name.startsWith("experiment"))) {
    for (const seed of readdirSync(join(storage, experiment))) {
      count += 1;
      if (count % 10 === 0) continue;
      const run = join(storage, experiment, seed);
      renameSync(join(run, "UNHATCHED"), join(run, count % 10 === 1 ? "CRASH" : "COMPLETED"));
      writeFileSync(join(run, "run.json"), JSON.stringify(record));
      writeFileSync(join(run, "logger.out"), "done\n");
    }
  }
}
