// What configurations cost: 10,000 of them put together from layers, with late values and checks, and
// a grid of ten million combinations, counted and sampled: `node dist/bench/configurations.js`.
import type { Config } from "../src/core/config/config.ts";
import {
  composeSchedule,
  type ComposedSearch,
} from "../src/core/search/composing/compose-schedule.ts";
import { countExperiments, newExperiments } from "../src/core/search/experiments.ts";

const REPETITIONS = 7;
const LABELS = { algName: "mlp", taskName: "digits", desc: "bench" };
const COMMON = { algNames: ["mlp"], taskNames: ["digits"], seeds: [1] };
const BASE: Config = {
  lr: 0.001,
  epochs: 10,
  layers: [64, 32],
  optimizer: { name: "adam", betas: [0.9, 0.999], decay: "$<|lr / 10|>" },
  N: 50,
  dataFile: "data-N$<|N|>.h5",
  outFile: '$<|strip(dataFile) + "-" + str(epochs)|>',
  warmup: "$<|epochs // 10 if epochs > 10 else 0|>",
  width: 64,
  wide: "$<|width * N > 1000|>",
};
/** 10 × 10 × 10 × 10 experiments. */
const SCHEDULE = {
  ...COMMON,
  configs: "configs.yaml",
  extends: "long",
  config: { "layers+": [16] },
  variations: { lr: numbers(10), N: numbers(10), epochs: numbers(10), width: numbers(10) },
};
/** 10 to the 7. */
const LARGE = {
  ...COMMON,
  defaults: Object.fromEntries("abcdefg".split("").map((name) => [name, 0])),
  variations: Object.fromEntries("abcdefg".split("").map((name) => [name, numbers(10)])),
};

measure("10,000 configurations with 5 late values each, checked", () => {
  const search = compose(SCHEDULE);
  let problems = 0;
  let count = 0;
  for (const { values } of newExperiments(search.schedule, 1)) {
    problems += search.configOf(values, LABELS).problems.length;
    count += 1;
  }
  if (count !== 10_000 || problems > 0) throw new Error(`${count} with ${problems} problems`);
});
measure("10,000,000 combinations, counted", () => {
  const count = countExperiments(compose(LARGE).schedule);
  if (count !== 1e7) throw new Error(`counted ${count}`);
});
measure("50 of 10,000,000 combinations, drawn", () => {
  const search = compose({ ...LARGE, sample: 50 });
  const drawn = [...newExperiments(search.schedule, 7)];
  if (drawn.length !== 50) throw new Error(`drew ${drawn.length}`);
});
console.log(`peak memory  ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);

function compose(value: object): ComposedSearch {
  const registry = { base: { values: BASE }, long: { values: { extends: "base", epochs: 100 } } };
  const source = { value, file: "schedule.yaml", placeOf: () => undefined };
  const composed = composeSchedule(source, { registry, machine: [], overrides: [] });
  if ("search" in composed) return composed.search;
  throw new Error(JSON.stringify(composed.problems));
}

/** The median by the processor's time, which others on the machine do not lengthen. */
function measure(what: string, work: () => void): void {
  const times = Array.from({ length: REPETITIONS }, () => {
    const start = process.cpuUsage();
    const startMs = performance.now();
    work();
    const { user, system } = process.cpuUsage(start);
    return { cpu: (user + system) / 1000, clock: performance.now() - startMs };
  });
  times.sort((a, b) => a.cpu - b.cpu);
  const { cpu = Number.NaN, clock = Number.NaN } = times[REPETITIONS >> 1] ?? {};
  console.log(`${cpu.toFixed(1)} ms of a core, ${clock.toFixed(1)} ms by the clock  ${what}`);
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
