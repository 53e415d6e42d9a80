// What it costs to sum up a search: reading and scoring, learning curves with bootstrap intervals,
// figures. Everything is measured from the start of a process of its own to its end.
//
//     npm run build && node dist/bench/summary.js [--repetitions 3] [--steps 10000]
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { fractionFrom, seededGenerator } from "../src/core/seeded-generator.ts";
import { formatSearchFacts } from "../src/tree/search-file.ts";
import { formatTable, median, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder } from "./support/search.ts";

const STORAGE = "be1_nogit_mlp_digits_random_bench";
const ALBENCH = resolve("dist/bin/albench.js");
const LIBRARY = resolve("dist/src/library.js");

const FIRST_PNG = `
  import { compareSearches, renderFigure } from ${JSON.stringify(LIBRARY)};
  const boxes = [{ task: "digits", label: ["mlp"], scores: [0.1, 0.5, 0.2, 0.9, 0.6] }];
  const figure = { boxes, metric: "accuracy", direction: "maximise", caption: ["How."] };
  await renderFigure(compareSearches(figure), "png");
`;

type Size = { readonly experiments: number; readonly seeds: number; readonly steps: number };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repetitions: { type: "string", default: "3" },
    /** Of each of the 1,000 runs that are only scored. */
    steps: { type: "string", default: "10000" },
  },
});
const [floorRoot] = positionals;
if (floorRoot === undefined) await measureAll(Number(values.repetitions), Number(values.steps));
else readBare(floorRoot);

async function measureAll(repetitions: number, steps: number): Promise<void> {
  console.log(describeMachine("."));
  const small = { experiments: 60, seeds: 5, steps: 200 };
  const large = { experiments: 200, seeds: 5, steps };
  const rows = await withFolder(SEARCHES, (folder) => {
    const png = repeat(repetitions, () => node(["--input-type=module", "-e", FIRST_PNG]).seconds);
    const summary = measureSummary(join(folder, "small"), small, repetitions);
    return [
      ["a first PNG from a cold start", `${png.toFixed(2)} s`, "2.5 s", verdict(png, 2.5)],
      ...summary,
      ...measureScoring(join(folder, "large"), large, repetitions),
    ];
  });
  console.log(formatTable(["what", "measured", "at most", ""], rows));
}

function measureSummary(
  root: string,
  size: Size,
  repetitions: number,
): readonly (readonly string[])[] {
  writeSearch(root, size);
  const words = [ALBENCH, "-r", root, "-s", STORAGE, "--quiet", "--seed", "1"];
  const models = ["--benchmark_type", "compare_models", "--band", "bootstrap"];
  const seconds = repeat(repetitions, () => node([...words, ...models]).seconds);
  const searches = repeat(repetitions, () => node(words).seconds);
  const what = `${size.experiments} experiments × ${size.seeds} seeds × ${size.steps} steps`;
  return [
    [
      `${what}: compare_models, 10,000 bootstrap resamples at each step`,
      `${seconds.toFixed(2)} s`,
      "3 s",
      verdict(seconds, 3),
    ],
    [`${what}: compare_searches`, `${searches.toFixed(2)} s`, "3 s", verdict(searches, 3)],
  ];
}

function measureScoring(
  root: string,
  size: Size,
  repetitions: number,
): readonly (readonly string[])[] {
  writeSearch(root, size);
  const entry = fileURLToPath(import.meta.url);
  const words = [ALBENCH, "-r", root, "-s", STORAGE, "--quiet"];
  const floors: number[] = [];
  const ours: Measurement[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    floors.push(node([entry, root]).seconds);
    ours.push(node(words));
  }
  const floor = median(floors);
  const seconds = median(ours.map((one) => one.seconds));
  const megabytes = Math.max(...ours.map((one) => one.megabytes));
  const curves = node([...words, "--benchmark_type", "compare_models", "--experiments", "best"]);
  const what = `${size.experiments * size.seeds} runs × ${size.steps} steps`;
  const ratio = seconds / floor;
  return [
    [
      `${what}: compare_searches against reading and parsing (${floor.toFixed(1)} s)`,
      `${ratio.toFixed(2)} ×`,
      "2 ×",
      verdict(ratio, 2),
    ],
    [`${what}: memory`, `${megabytes.toFixed(0)} MB`, "1000 MB", verdict(megabytes, 1000)],
    [
      `${what}: compare_models, memory`,
      `${curves.megabytes.toFixed(0)} MB`,
      "1000 MB",
      verdict(curves.megabytes, 1000),
    ],
  ];
}

type Measurement = { readonly seconds: number; readonly megabytes: number };

/** Runs a process to its end; its peak memory is what the system counted. */
function node(words: readonly string[]): Measurement {
  const report = `process.on("exit", () => console.error("maxRSS", process.resourceUsage().maxRSS))`;
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", preload, ...words], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${words.join(" ")} failed: ${stderr}`);
  const [, kilobytes] = /maxRSS (\d+)/.exec(stderr) ?? [];
  return { seconds, megabytes: Number(kilobytes) / 1024 };
}

function repeat(times: number, measure: () => number): number {
  return median(Array.from({ length: times }, measure));
}

/** The bytes of every recording, and its numbers: what nobody who scores runs can leave out. */
function readBare(root: string): void {
  let sum = 0;
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith("train_recorder.jsonl")) continue;
    const values: number[] = [];
    for (const line of readFileSync(join(root, name), "utf8").split("\n")) {
      if (line === "") continue;
      const { accuracy } = JSON.parse(line) as { readonly accuracy: number };
      values.push(accuracy);
    }
    sum += values.at(-1) ?? 0;
  }
  if (!Number.isFinite(sum)) throw new Error("Expected numbers");
}

function writeSearch(root: string, { experiments, seeds, steps }: Size): void {
  const storage = join(root, STORAGE);
  mkdirSync(storage, { recursive: true });
  writeFileSync(
    join(storage, "search.json"),
    formatSearchFacts({
      schemaVersion: 1,
      name: {
        id: "be1",
        codeVersion: "nogit",
        algName: "mlp",
        taskName: "digits",
        kind: "random",
        desc: "bench",
      },
      program: { command: ["true"] },
      metric: {
        name: "accuracy",
        series: "train",
        direction: "maximise",
        aggregation: "mean_on_last_20_percents",
      },
      project: "..",
      repositories: [],
      samplerSeed: 0,
      design: "random",
      seeds: Array.from({ length: seeds }, (_, index) => index + 1),
      defaults: { learningRate: 0.1 },
      schedule: "schedule.json",
      createdAt: "2026-01-01T00:00:00.000Z",
    }),
  );
  const random = seededGenerator("bench");
  for (let experiment = 1; experiment <= experiments; experiment += 1) {
    const learningRate = fractionFrom(random);
    for (let seed = 1; seed <= seeds; seed += 1) {
      const run = join(storage, `experiment${experiment}`, `seed${seed}`);
      mkdirSync(join(run, "recorders"), { recursive: true });
      writeFileSync(join(run, "config.json"), JSON.stringify({ learningRate, seed }));
      writeFileSync(join(run, "config_unique.json"), JSON.stringify({ learningRate }));
      const goal = 1 - learningRate / 2 - fractionFrom(random) / 10;
      const lines = Array.from({ length: steps }, (_, epoch) => {
        const accuracy = goal * (1 - Math.exp((-5 * epoch) / steps)) + fractionFrom(random) / 50;
        return JSON.stringify({ epoch, loss: 1 / (1 + epoch), accuracy });
      });
      writeFileSync(join(run, "recorders", "train_recorder.jsonl"), `${lines.join("\n")}\n`);
      writeFileSync(join(run, "COMPLETED"), "\n");
    }
  }
}
