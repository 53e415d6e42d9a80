// How long alquery takes on many logs: the first time, and with its index; against the libraries that the
// original uses (Python with PyYAML, tinydb and pandas) over the same files, by turns.
//
//     node dist/bench/query.js [--runs 10000] [--large 100000] [--repetitions 3] [--folder storage]
//                              [--python python3]
//
// Build the commands first (npm run build). --large 0 leaves the large tree out.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { formatTable, median, verdict } from "./support/figures.ts";
import { type LogLayout, writeLogs } from "./support/logs.ts";
import { describeMachine } from "./support/machine.ts";
import { withFolder } from "./support/search.ts";
import { canTrace } from "./support/strace.ts";

const QUERY = "config.optimizer.lr <= 1e-2 & info.status == 'COMPLETE'";
const COLUMNS = "info.log_id,info.status,config.optimizer.lr";
const ALQUERY = "dist/bin/alquery.js";
const PEER = "bench/query_peer.py";
/** A file system keeps times in steps: what was written just now is read again the next time. */
const UNTRUSTED_MS = 4_000;
/** Says on standard error what a process has used. */
const USAGE = `data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("used "+JSON.stringify({cpuMs:(u.userCPUTime+u.systemCPUTime)/1000,maxRss:u.maxRSS}))})`;

/** One run of a program: its time by the clock and by the processor, its most memory, what it found. */
type Cost = {
  readonly ms: number;
  readonly cpuMs: number;
  readonly megabytes: number;
  readonly found: number;
};

const { values: given } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    large: { type: "string", default: "100000" },
    repetitions: { type: "string", default: "3" },
    folder: { type: "string", default: "storage" },
    python: { type: "string" },
  },
});
const python = [given.python, "python3", "/usr/bin/python3"].find(hasPeer);
const repetitions = Number(given.repetitions);
const verdicts: (readonly string[])[] = [];

console.log(describeMachine(given.folder));
if (python === undefined) console.log("No Python with PyYAML, tinydb and pandas: no peer.");
await withFolder(given.folder, async (folder) => {
  for (const layout of ["original", "own"] as const)
    await compare(folder, layout, Number(given.runs));
  if (Number(given.large) > 0) await measureLarge(folder, Number(given.large));
});
console.log(`\n${formatTable(["what", "measured", "target", ""], verdicts)}`);
console.log(`load ${loadavg()[0]?.toFixed(1) ?? "?"} at the end`);

/** Runs everybody by turns over the same logs: whatever else the machine does hits all of them. */
async function compare(folder: string, layout: LogLayout, runs: number): Promise<void> {
  const logs = join(folder, layout);
  writeLogs(logs, runs, layout);
  await sleep(UNTRUSTED_MS);
  const database = join(folder, `${layout}.json`);
  const programs = {
    "alquery, first": () => {
      rmSync(join(logs, ".hatchery-index"), { force: true });
      return askOurs(logs);
    },
    "alquery, index": () => askOurs(logs),
    ...(python === undefined
      ? {}
      : {
          "peer, first": () => askPeer(python, "first", logs, database),
          "peer, first, YAML in C": () => askPeer(python, "first", logs, database, "--c-yaml"),
          "peer, its database": () => askPeer(python, "again", logs, database),
        }),
  };
  const costs = new Map(Object.keys(programs).map((name) => [name, [] as Cost[]]));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const [name, run] of Object.entries(programs)) {
      costs.get(name)?.push(run());
    }
  }
  show(`${runs} logs, ${layout} layout`, costs);
  judge(layout, runs, costs);
  const opened = canTrace() ? metricFilesOpened(logs, folder) : Number.NaN;
  verdicts.push([
    `${layout}: metric files opened, no metric named`,
    String(opened),
    "0",
    verdict(opened, 0),
  ]);
}

function judge(layout: LogLayout, runs: number, costs: ReadonlyMap<string, readonly Cost[]>): void {
  const of = (name: string, what: "ms" | "cpuMs") =>
    median((costs.get(name) ?? []).map((cost) => cost[what]));
  const found = new Set([...costs.values()].flat().map((cost) => cost.found));
  if (found.size !== 1) throw new Error(`Not the same answers: ${[...found].join(", ")} runs.`);
  const seconds = (name: string, most: number) => {
    const [clock, cpu] = [of(name, "ms"), of(name, "cpuMs")];
    const measured = `${inSeconds(clock)} (${inSeconds(cpu)} of a core)`;
    verdicts.push([
      `${layout}: ${runs} logs, ${name}`,
      measured,
      `< ${most} s`,
      verdict(clock, most * 1000),
    ]);
  };
  seconds("alquery, first", 5);
  seconds("alquery, index", 0.4);
  if (python === undefined) return;
  for (const [ours, theirs, least] of [
    ["alquery, first", "peer, first", 5],
    ["alquery, first", "peer, first, YAML in C", undefined],
    ["alquery, index", "peer, its database", undefined],
  ] as const) {
    const ratio = of(theirs, "cpuMs") / of(ours, "cpuMs");
    const clock = of(theirs, "ms") / of(ours, "ms");
    verdicts.push([
      `${layout}: ${ours} against ${theirs}`,
      `${clock.toFixed(1)} × (${ratio.toFixed(1)} × of a core)`,
      least === undefined ? "–" : `≥ ${least} ×`,
      least === undefined ? "" : verdict(-clock, -least),
    ]);
  }
}

async function measureLarge(folder: string, runs: number): Promise<void> {
  const logs = join(folder, "large");
  writeLogs(logs, runs, "original");
  await sleep(UNTRUSTED_MS);
  const first = [askOurs(logs)];
  const again = Array.from({ length: repetitions }, () => askOurs(logs));
  show(
    `${runs} logs, original layout`,
    new Map([
      ["alquery, first", first],
      ["alquery, index", again],
    ]),
  );
  const clock = median(again.map(({ ms }) => ms));
  const cpu = median(again.map(({ cpuMs }) => cpuMs));
  const memory = Math.max(...again.map(({ megabytes }) => megabytes));
  verdicts.push(
    [
      `${runs} logs, index`,
      `${inSeconds(clock)} (${inSeconds(cpu)} of a core)`,
      "< 2 s",
      verdict(clock, 2000),
    ],
    [`${runs} logs, index: memory`, `${memory.toFixed(0)} MB`, "< 500 MB", verdict(memory, 500)],
  );
}

function askOurs(logs: string): Cost {
  const words = ["--import", USAGE, ALQUERY, logs, QUERY, "--columns", COLUMNS, "--json"];
  const { ms, stdout, stderr } = run(process.execPath, words);
  const [, used = "{}"] = /used (\{.*\})/.exec(stderr) ?? [];
  const { found } = JSON.parse(stdout) as { readonly found: number };
  return costOf(ms, { ...(JSON.parse(used) as Used), found });
}

function askPeer(
  program: string,
  kind: "first" | "again",
  logs: string,
  database: string,
  ...more: readonly string[]
): Cost {
  if (kind === "first") rmSync(database, { force: true });
  const { ms, stdout } = run(program, [PEER, kind, logs, database, ...more]);
  return costOf(ms, JSON.parse(stdout) as Used & { readonly found: number });
}

type Used = { readonly cpuMs: number; readonly maxRss: number };

function costOf(ms: number, { cpuMs, maxRss, found }: Used & { readonly found: number }): Cost {
  return { ms, cpuMs, megabytes: maxRss / 1024, found };
}

function run(program: string, words: readonly string[]) {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  const ms = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${program} ${words.join(" ")} failed: ${stderr}`);
  return { ms, stdout, stderr };
}

function metricFilesOpened(logs: string, folder: string): number {
  const file = join(folder, "trace.txt");
  const words = ["-f", "-qq", "-e", "trace=open,openat", "-o", file, process.execPath];
  rmSync(join(logs, ".hatchery-index"), { force: true });
  run("strace", [...words, ALQUERY, logs, QUERY, "--json"]);
  const opened = readFileSync(file, "utf8").split("\n");
  // Metadata is opened at a first query: that it was seen says that files are counted at all.
  if (!opened.some((line) => line.includes("/metadata/"))) throw new Error("Nothing was traced.");
  return opened.filter((line) => line.includes("/metrics/")).length;
}

function hasPeer(program: string | undefined): program is string {
  if (program === undefined) return false;
  return spawnSync(program, ["-c", "import yaml, tinydb, pandas"]).status === 0;
}

function show(title: string, costs: ReadonlyMap<string, readonly Cost[]>): void {
  const rows = [...costs].map(([name, all]) => [
    name,
    inSeconds(median(all.map(({ ms }) => ms))),
    inSeconds(median(all.map(({ cpuMs }) => cpuMs))),
    Math.max(...all.map(({ megabytes }) => megabytes)).toFixed(0),
  ]);
  console.log(`\n${title}\n${formatTable(["", "clock", "of a core", "MB"], rows)}`);
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
