// What drawing costs: the first PNG of a process from a cold start, and each further page of a
// hundred panels. Each repetition runs in a process of its own: `node dist/bench/figures.js`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { renderingOf } from "../src/core/figures/image-format.ts";
import { plotArray } from "../src/core/figures/panels/plot-array.ts";
import { createImages } from "../src/io/images.ts";

const REPETITIONS = 5;
const PAGES = 6;
const PER_PAGE = 100;
const POINTS = 160;

type Measurement = { readonly firstMs: number; readonly furtherMs: number; readonly cpuMs: number };

if (process.argv[2] === "once") await drawPages();
else compareAll();

function compareAll(): void {
  const self = fileURLToPath(import.meta.url);
  const found = Array.from({ length: REPETITIONS }, () => {
    // From the start of the process, as the person waits for it.
    const env = { ...process.env, START: String(performance.timeOrigin + performance.now()) };
    const { stdout, stderr, status } = spawnSync(process.execPath, [self, "once"], {
      encoding: "utf8",
      env,
    });
    if (status !== 0) throw new Error(`drawing failed: ${stderr}`);
    return JSON.parse(stdout) as Measurement;
  });
  const of = (key: keyof Measurement) => median(found.map((one) => one[key])).toFixed(0);
  console.log(`${PER_PAGE} panels on a page, medians of ${REPETITIONS}`);
  console.log(`  first PNG from a cold start  ${of("firstMs")} ms`);
  console.log(`  each further page            ${of("furtherMs")} ms, ${of("cpuMs")} ms of a core`);
}

async function drawPages(): Promise<void> {
  const images = createImages();
  const pages = plotArray({
    runs: Array.from({ length: PAGES * PER_PAGE }, (_, index) => run(index + 1)),
    kind: "random",
    title: "accuracy of a search",
    caption: [],
    xTitle: "epoch",
    yTitle: "accuracy",
    limits: {},
    style: "screen",
  });
  const draw = (page: (() => object) | undefined) =>
    images.render(page?.() ?? {}, "png", renderingOf("screen"));
  await draw(pages[0]);
  const firstMs = performance.timeOrigin + performance.now() - Number(process.env["START"] ?? 0);
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (const page of pages.slice(1)) await draw(page);
  const { user, system } = process.cpuUsage(cpu);
  const furtherMs = (performance.now() - start) / (PAGES - 1);
  console.log(JSON.stringify({ firstMs, furtherMs, cpuMs: (user + system) / 1000 / (PAGES - 1) }));
}

function run(experiment: number) {
  const rate = (1 + (experiment % 97)) / 1000;
  const stroke = Array.from(
    { length: POINTS },
    (_, x) => [x, 1 - Math.exp(-x * rate) + 0.02 * Math.sin(x * experiment)] as const,
  );
  const varied = { learningRate: rate, hiddenUnits: experiment };
  return { experiment, seed: 1, varied, strokes: [stroke], state: undefined };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
