// What a run costs from claim to COMPLETED when the program does nothing, against a bare loop that
// does the same file operations, and against the same loop with the program's part in a process of
// its own, for what that costs alone; and whether the last run of a large search costs what the 100th
// does. Real processes: a worker, its supervisor, its module runner.
//
//     node dist/bench/claim.js [--runs 2000] [--skip 99] [--large 100000] [--repetitions 5]
//                              [--folder storage] [--memory /dev/shm]
//
// --skip: so many runs first that are not counted; the compiler optimises during some 3,000.
// --memory: a file system in memory, if there is one: the hardest floor, where a flush costs
//   nothing; and the place of the large search, where no disk's moods hide what grows.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { formatMs, formatTable, median, verdict } from "./support/figures.ts";
import { workApart, workBare } from "./support/floor.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";
import { workAlone } from "./support/workers.ts";

const AT_MOST = 2.5;
/** Runs within noise of each other: what medians of 1,000 runs differ by on a machine with neighbours. */
const GROWTH_AT_MOST = 1.15;

type Way = (storage: string, runs: number) => Promise<readonly number[]> | readonly number[];
const WAYS: readonly (readonly [string, Way])[] = [
  ["floor", workBare],
  ["floor, two processes", workApart],
  ["hatchery", workAlone],
];

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    skip: { type: "string", default: "99" },
    large: { type: "string", default: "100000" },
    repetitions: { type: "string", default: "5" },
    folder: { type: "string", default: SEARCHES },
    memory: { type: "string", default: "/dev/shm" },
  },
});
const skip = Number(values.skip);
const memory = existsSync(values.memory) ? values.memory : undefined;
await compare(values.folder);
if (memory !== undefined) await compare(memory);
await compareEnds(memory ?? values.folder, Number(values.large));

async function compare(folder: string): Promise<void> {
  const machine = describeMachine(folder);
  const runs = Number(values.runs);
  const costs = WAYS.map(() => [] as number[]);
  // Removed at the end only: ext4 looks long for a place when many files were deleted just before.
  await withFolder(folder, async (place) => {
    for (let repetition = 0; repetition < Number(values.repetitions); repetition += 1) {
      for (const [index, [name, way]] of WAYS.entries()) {
        const taken = await intervals(way, join(place, `${name}${repetition}`), runs);
        costs[index]?.push(mean(taken.slice(skip)));
      }
    }
  });
  const medians = costs.map(median);
  const [floor = Number.NaN, apart = Number.NaN, ours = Number.NaN] = medians;
  const rows = WAYS.map(([name], index) => [
    name,
    formatMs(medians[index] ?? Number.NaN),
    (costs[index] ?? []).map(formatMs).join(" "),
  ]);
  console.log(`\n${machine}`);
  console.log(
    `claim to COMPLETED of a no-op run, ${runs} runs without the first ${skip}, alternating`,
  );
  console.log(formatTable(["", "median", "repetitions"], rows));
  const ratio = ours / floor;
  console.log(
    `ratio ${ratio.toFixed(2)}, at most ${AT_MOST}: ${verdict(ratio, AT_MOST)}; ${formatMs(ours - floor)} more`,
  );
  console.log(`ratio to the floor in two processes ${(ours / apart).toFixed(2)}`);
}

/** Medians of 1,000 runs: from the 100th on, from the 5,000th on (all is compiled by then), and the last. */
async function compareEnds(folder: string, runs: number): Promise<void> {
  const window = Math.min(1000, Math.floor(runs / 4));
  const warm = Math.min(5000, Math.floor(runs / 2));
  const rows: string[][] = [];
  let growth = Number.NaN;
  for (const [name, way] of WAYS) {
    const costs = await withFolder(folder, (place) => intervals(way, place, runs));
    const first = median(costs.slice(99, 99 + window));
    const middle = median(costs.slice(warm, warm + window));
    const last = median(costs.slice(-window));
    growth = last / first;
    const ratios = [last / first, last / middle].map((ratio) => ratio.toFixed(2));
    rows.push([name, ...[first, middle, last].map(formatMs), ...ratios]);
  }
  const headings = ["100th", `${warm}th`, `${runs}th`, "last/100th", `last/${warm}th`];
  console.log(
    `\none worker on ${runs} runs: medians of ${window}, from the 100th on, …, to the last`,
  );
  console.log(formatTable(["", ...headings], rows));
  console.log(
    `at most ${GROWTH_AT_MOST} for the last and the 100th: ${verdict(growth, GROWTH_AT_MOST)}`,
  );
}

/** Milliseconds from each completed run to the next one. @param project - a folder that is made */
async function intervals(way: Way, project: string, runs: number): Promise<readonly number[]> {
  const times = await way(writeSearch(project, { runs }), runs);
  return times.slice(1).map((time, index) => time - (times[index] ?? Number.NaN));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
