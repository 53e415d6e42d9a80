import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runCommand } from "../test/support/commands.ts";
import { type Slurm, startSlurm } from "../test/support/slurm/slurm.ts";
import { flagsOf, LIST, prepareProject, until } from "../test/support/small-project.ts";
import { standIn } from "../test/support/stand-ins.ts";
import { formatTable, verdict } from "./support/figures.ts";

/**
 * What a search costs on a real Slurm of four nodes on this machine: to submit it, to execute it by
 * workers rather than by a job for each run, to go on after a preemption, and in questions.
 */
const RUNS = Number(process.argv[2] ?? 10_000);
/** Jobs of one run each, for the rate. */
const ELEMENTS = 200;
const SLURM = ["--scheduler", "slurm", "--quiet"];
const WORKERS = ["--nodes", "4", "-p", "2", "--time", "1:00:00"];
const HOUR_MS = 3_600_000;
let minutesOfSearch = 0;

const folder = mkdtempSync(join(tmpdir(), "cluster-"));
const slurm = await startSlurm({ nodes: 4, cpus: 2, maxArraySize: 10_001 });
try {
  const elements = await runElements();
  const { submitSeconds, seconds } = await runSearch();
  const factor = RUNS / seconds / (ELEMENTS / elements);
  const { hosts, questions, minutes } = countQuestions();
  const again = await preempt();
  console.log(
    formatTable(
      ["what", "measured", "target", ""],
      [
        [`submitting ${RUNS} runs, s`, submitSeconds.toFixed(2), "3", verdict(submitSeconds, 3)],
        [`${RUNS} runs, 4 × 2 workers, a second`, (RUNS / seconds).toFixed(0), "", ""],
        ["array elements of one run, a second", (ELEMENTS / elements).toFixed(1), "", ""],
        ["workers / elements", factor.toFixed(1), "≥ 20", verdict(20, factor)],
        ["after a preemption, s", again.toFixed(1), "10", verdict(again, 10)],
        [
          `questions, ${hosts} hosts in ${minutes.toFixed(1)} min`,
          String(questions),
          String(hosts * Math.ceil(minutes + 1)),
          verdict(questions, hosts * Math.ceil(minutes + 1)),
        ],
      ],
    ),
  );
} finally {
  await slurm.stop();
  rmSync(folder, { recursive: true });
}

/** @returns how long an array of elements that do nothing takes, s */
async function runElements(): Promise<number> {
  const startedAt = performance.now();
  const array = `--array=1-${ELEMENTS}`;
  slurm.run("sbatch", array, "--output=/dev/null", "--wrap", "true");
  await until(() => slurm.run("squeue", "-h", "--me") === "", HOUR_MS);
  return (performance.now() - startedAt) / 1000;
}

async function runSearch() {
  const storage = await prepare(RUNS, "export const main = () => undefined;");
  const PATH = standIn(folder, "squeue", 'hostname >"$call/host"; exec /usr/bin/squeue "$@"');
  const startedAt = performance.now();
  await allaunch({ ...slurm.environment, PATH }, ...WORKERS);
  const submitSeconds = (performance.now() - startedAt) / 1000;
  await until(() => slurm.run("squeue", "-h", "--me") === "", HOUR_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  check(Object.values(flagsOf(storage)).every((flag) => flag === "COMPLETED"));
  minutesOfSearch = seconds / 60;
  return { submitSeconds, seconds };
}

/** Calls of squeue by the workers; ours are made without the stand-in. */
function countQuestions() {
  const calls = join(folder, "calls/squeue");
  const hosts = new Set(
    readdirSync(calls).map((call) => readFileSync(join(calls, call, "host"), "utf8")),
  );
  const questions = readdirSync(calls).length;
  return { hosts: Math.max(1, hosts.size), questions, minutes: minutesOfSearch };
}

/** @returns from the moment when the higher job has left the node until the run goes on, s */
async function preempt(): Promise<number> {
  const program = `import { appendFileSync } from "node:fs";
export async function main({ signal }) {
  appendFileSync(${JSON.stringify(join(folder, "starts"))}, "x");
  while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 50));
}`;
  await prepare(1, program);
  writeFileSync(join(folder, "starts"), "");
  const starts = () => readFileSync(join(folder, "starts"), "utf8").length;
  await allaunch(slurm.environment, "--partition", "low", "--grace", "1");
  await until(() => starts() === 1);
  const urgent = [
    "--parsable",
    "--exclusive",
    "--nodes=4",
    "--partition=high",
    "--output=/dev/null",
  ];
  const id = slurm.run("sbatch", ...urgent, "--wrap", "sleep 15").trim();
  const state = () => stateOf(slurm, id);
  await until(() => state() === "RUNNING");
  await until(() => state() === "COMPLETED");
  const freeAt = performance.now();
  await until(() => starts() === 2);
  return (performance.now() - freeAt) / 1000;
}

function prepare(runs: number, program: string): Promise<string> {
  return prepareProject(folder, {
    files: { "main.js": program },
    program: { module: "main.js" },
    values: Array.from({ length: runs }, (_, index) => index),
  });
}

async function allaunch(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<void> {
  const words = [...LIST, ...SLURM, ...args];
  const { code, stderr } = await runCommand("allaunch", words, folder, environment);
  check(code === 0, stderr);
}

function stateOf({ run }: Slurm, id: string): string | undefined {
  return /JobState=(\w+)/.exec(run("scontrol", "show", "job", id))?.[1];
}

function check(isSo: boolean, why = "a run is not COMPLETED"): void {
  if (!isSo) throw new Error(why);
}
