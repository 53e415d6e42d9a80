// What alprep costs against a bare loop that does the same file operations, how its time grows, and
// its memory. Each measurement runs in a process of its own: `node dist/bench/prepare.js`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { prepare } from "../src/commands/prepare.ts";
import { createHost } from "../src/io/host.ts";

const REPETITIONS = 9;
const DEFAULTS = {
  learningRate: 0.1,
  hiddenUnits: 32,
  optimizer: { name: "sgd", momentum: 0.9 },
  batchSize: 32,
  epochs: 20,
  weightDecay: 0,
  data: "examples/data/digits.csv.gz",
};

type What = "alprep grid" | "alprep random" | "floor";
type Measurement = { readonly ms: number; readonly megabytes: number };
type Size = { readonly experiments: number; readonly seeds: number };

const [what, folder, experiments, seeds] = process.argv.slice(2);
if (what === undefined) compareAll();
else
  await measureHere(what as What, folder ?? "", {
    experiments: Number(experiments),
    seeds: Number(seeds),
  });

function compareAll(): void {
  const size = { experiments: 10_000, seeds: 3 };
  const kinds = ["floor", "alprep grid", "alprep random"] as const;
  const taken = new Map<What, Measurement[]>(kinds.map((kind) => [kind, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    // Another first one each time: what was just removed slows the next one down.
    const shift = repetition % kinds.length;
    const order = [...kinds.slice(shift), ...kinds.slice(0, shift)];
    for (const kind of order) taken.get(kind)?.push(measure(kind, size));
  }
  const floor = medianMs(taken.get("floor"));
  console.log(`10,000 experiments x 3 seeds, medians of ${REPETITIONS}, alternating`);
  console.log(`  floor          ${floor.toFixed(0)} ms`);
  for (const kind of kinds.slice(1)) {
    const ms = medianMs(taken.get(kind));
    console.log(
      `  ${kind.padEnd(13)}  ${ms.toFixed(0)} ms, ${(ms / floor).toFixed(2)} x the floor`,
    );
  }
  for (const kind of kinds) showGrowth(kind);
}

function showGrowth(kind: What): void {
  const small: Measurement[] = [];
  const large: Measurement[] = [];
  for (let repetition = 0; repetition < 3; repetition += 1) {
    small.push(measure(kind, { experiments: 5_000, seeds: 2 }));
    large.push(measure(kind, { experiments: 50_000, seeds: 2 }));
  }
  const ratio = medianMs(large) / medianMs(small);
  const peak = Math.max(...large.map(({ megabytes }) => megabytes));
  console.log(
    `${kind}: 100,000 runs in ${ratio.toFixed(1)} x the time of 10,000, ${peak.toFixed(0)} MB at most`,
  );
}

function measure(kind: What, { experiments, seeds }: Size): Measurement {
  const place = mkdtempSync(join(tmpdir(), "bench-prepare-"));
  try {
    const words = [fileURLToPath(import.meta.url), kind, place, `${experiments}`, `${seeds}`];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${kind} failed: ${stderr}`);
    return JSON.parse(stdout) as Measurement;
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function measureHere(kind: What, place: string, size: Size): Promise<void> {
  const scheduleFile = join(place, "schedule.json");
  writeFileSync(scheduleFile, JSON.stringify(scheduleOf(kind, size)));
  const start = performance.now();
  if (kind === "floor") writeBare(place, size);
  else {
    const options = { desc: "bench", rootDir: join(place, "storage"), addToFolder: undefined };
    const layers = { overrides: [], machineFile: undefined, explainConfig: undefined };
    const flags = { resample: false, samplerSeed: undefined, dryRun: false, yes: true };
    const host = createHost({ quiet: true });
    const { signal } = new AbortController();
    await prepare.run({ scheduleFile, ...layers, ...options, ...flags }, host, signal, signal);
  }
  const ms = performance.now() - start;
  // The peak, as the system counts it: kilobytes.
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ ms, megabytes }));
}

function scheduleOf(kind: What, { experiments, seeds }: Size): object {
  const common = {
    algNames: ["mlp"],
    taskNames: ["digits"],
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    defaults: DEFAULTS,
    program: { command: ["true"] },
    metric: { name: "accuracy" },
  };
  if (kind === "alprep random") {
    const learningRate = { kind: "logUniform", low: 1e-4, high: 1 };
    const hiddenUnits = { kind: "integer", low: 8, high: 128 };
    const name = { kind: "choice", values: ["sgd", "adam"] };
    const space = { learningRate, hiddenUnits, "optimizer.name": name };
    return { ...common, nExperiments: experiments, space };
  }
  const learningRate = Array.from({ length: experiments / 10 }, (_, index) => (index + 1) / 1e5);
  const variations = {
    learningRate,
    hiddenUnits: [8, 16, 32, 64, 128],
    "optimizer.name": ["sgd", "adam"],
  };
  return { ...common, variations };
}

/** The same folders and files with texts as long, and nothing else. */
function writeBare(place: string, { experiments, seeds }: Size): void {
  const config = { ...DEFAULTS, algName: "mlp", taskName: "digits", desc: "bench", seed: 1 };
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const unique = { learningRate: 0.1, hiddenUnits: 32, "optimizer.name": "sgd" };
  const uniqueText = `${JSON.stringify(unique, null, 2)}\n`;
  const storage = join(place, "storage");
  mkdirSync(storage);
  for (let experiment = 1; experiment <= experiments; experiment += 1) {
    const folder = `${storage}/experiment${experiment}`;
    mkdirSync(folder);
    for (let seed = 1; seed <= seeds; seed += 1) {
      const run = `${folder}/seed${seed}`;
      mkdirSync(run);
      writeFileSync(`${run}/config.json`, text);
      writeFileSync(`${run}/config_unique.json`, uniqueText);
      writeFileSync(`${run}/UNHATCHED`, "\n");
    }
  }
}

function medianMs(measurements: readonly Measurement[] = []): number {
  const sorted = measurements.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
