// What the learning curves of a search cost: 60 experiments × 200 steps, with a bootstrap interval of
// 10,000 resamples at each step. With 5 seeds all 126 distinct resamples are counted; with 20 they are
// drawn. Peers, if there is a Python with NumPy: a plain NumPy loop, and the package `bootstrapped`
// that the original used, both on a part of the steps, in the same run.
//
//     node dist/bench/bootstrap.js [--experiments 60] [--steps 200] [--python python3] [--peer-steps 200]
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

import { bandOf } from "../src/core/analysis/curves/bands.ts";
import type { Curve } from "../src/core/analysis/curves/curve.ts";
import { fractionFrom, seededGenerator } from "../src/core/seeded-generator.ts";
import { formatMs, formatTable, median, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";

const AT_MOST_MS = 3000;
const PACKAGE_FACTOR = 100;
const LOOP_FACTOR = 5;
const REPETITIONS = 3;

const { values } = parseArgs({
  options: {
    experiments: { type: "string", default: "60" },
    steps: { type: "string", default: "200" },
    python: { type: "string", default: "python3" },
    "peer-steps": { type: "string", default: "200" },
  },
});
const experiments = Number(values.experiments);
const steps = Number(values.steps);

type Costs = { readonly ours: number; readonly loop: number; readonly theirs: number };

console.log(describeMachine("."));
console.log(`intervals of ${experiments} experiments × ${steps} steps, 10,000 resamples\n`);
const few = measure(5);
const many = measure(20);
const headings = ["", "hatchery", "NumPy loop", "bootstrapped"];
const rows = [few, many].map(({ ours, loop, theirs }, index) => [
  index === 0 ? "5 seeds" : "20 seeds",
  ...[ours, loop, theirs].map((ms) => (Number.isNaN(ms) ? "not there" : formatMs(ms))),
]);
console.log(formatTable(headings, rows));
console.log(`5 seeds, at most 3 s: ${verdict(few.ours, AT_MOST_MS)}`);
report("5 seeds against bootstrapped", few.theirs / few.ours, PACKAGE_FACTOR);
report("20 seeds against the NumPy loop", many.loop / many.ours, LOOP_FACTOR);

function report(what: string, factor: number, atLeast: number): void {
  if (Number.isNaN(factor)) return;
  console.log(
    `${what}: ${factor.toFixed(1)} ×, at least ${atLeast}: ${verdict(-factor, -atLeast)}`,
  );
}

/** Milliseconds for all experiments; the peers' are those of a part of the steps, multiplied. */
function measure(seeds: number): Costs {
  const searches = Array.from({ length: experiments }, (_, index) => curvesOf(seeds, index));
  const times: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const start = performance.now();
    for (const curves of searches) {
      bandOf(curves, { spread: { kind: "interval", method: "basic", resamples: 10_000 } });
    }
    times.push(performance.now() - start);
  }
  const peer = askPeer(seeds);
  const all = experiments * steps;
  return { ours: median(times), loop: all * peer.loop, theirs: all * peer.theirs };
}

function curvesOf(seeds: number, experiment: number): readonly Curve[] {
  const random = seededGenerator("bench", experiment);
  const x = Float64Array.from({ length: steps }, (_, step) => step);
  return Array.from({ length: seeds }, () => ({ x, y: x.map(() => fractionFrom(random)) }));
}

/** Milliseconds for one interval; NaN where the peer is not there. */
function askPeer(seeds: number): { readonly loop: number; readonly theirs: number } {
  const { status, stdout } = spawnSync(
    values.python,
    ["bench/bootstrap_peer.py", String(seeds), values["peer-steps"]],
    { encoding: "utf8" },
  );
  if (status !== 0) return { loop: Number.NaN, theirs: Number.NaN };
  const [loop = Number.NaN, theirs = Number.NaN] = stdout.trim().split(" ").map(Number);
  return { loop, theirs };
}
