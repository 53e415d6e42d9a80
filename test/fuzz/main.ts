import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import type { Failure } from "./session.ts";
import { TARGETS } from "./targets/index.ts";
import { watch, type WatchedReport } from "./watch.ts";

/**
 * `npm run fuzz -- --target all --inputs 10000000 --seconds 3600`: so many texts, or so long, for
 * each reader. A text that fails is written to a file, and read again with `--input <file>`.
 */
const { values } = parseArgs({
  options: {
    target: { type: "string", default: "all", multiple: false },
    inputs: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    input: { type: "string" },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const wanted = values.target.split(",");
const unknown = wanted.filter((name) => name !== "all" && !find(name));
if (unknown.length > 0)
  throw new Error(`targets are ${TARGETS.map(({ name }) => name).join(", ")}`);
const targets = TARGETS.filter(({ name }) => wanted.includes("all") || wanted.includes(name));

if (values.input === undefined) {
  console.log(
    `seed ${seed}\n${row("reader", "inputs", "inputs/s", "peak MB", "kept", "slowest ms")}`,
  );
  for (const { name } of targets) {
    const options = { seed, inputs: Number(values.inputs), seconds: Number(values.seconds) };
    show(name, await watch(name, options));
  }
} else {
  const text = JSON.parse(readFileSync(values.input, "utf8")) as string;
  for (const { name, check } of targets) console.log(`${name}: ${check(text)}`);
}

function find(name: string) {
  return TARGETS.find((one) => one.name === name);
}

function show(name: string, report: WatchedReport): void {
  const { inputs, seconds, corpus, slowestMs, peakBytes, failure } = report;
  const rate = Math.round(inputs / seconds).toLocaleString("en");
  const peak = String(Math.round(peakBytes / 1e6));
  console.log(
    row(name, inputs.toLocaleString("en"), rate, peak, String(corpus), slowestMs.toFixed(0)),
  );
  if (failure !== undefined) showFailure(failure);
}

function showFailure({ target, seed: failed, index, input, error }: Failure): void {
  process.exitCode = 1;
  const folder = join(tmpdir(), "hatchery-fuzz");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${target}-${failed}-${index}.json`);
  // JSON holds every unit, halves of characters too.
  writeFileSync(file, JSON.stringify(input));
  console.log(
    `FAILED at input ${index} of seed ${failed}:\n${error}\n${JSON.stringify(input).slice(0, 2000)}`,
  );
  console.log(`again: npm run fuzz -- --target ${target} --input ${file}`);
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(12) + cells.map((cell) => cell.padStart(12)).join("");
}
