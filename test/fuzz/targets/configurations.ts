import {
  type ConfigValue,
  formatConfig,
  formatSeeds,
  isConfig,
  pathsOf,
  uniqueConfig,
  valueAt,
} from "../../../src/core/config/config.ts";
import { canonicalJson, configIdentity } from "../../../src/core/config/identity.ts";
import { parseConfig } from "../../../src/core/config/parse-config.ts";
import { countExperiments, newExperiments } from "../../../src/core/search/experiments.ts";
import { checkSchedule } from "../../../src/core/search/schedule-problems.ts";
import { parseSearchFacts, formatSearchFacts } from "../../../src/tree/search-file.ts";
import { formatVariations, readVariations } from "../../../src/tree/variations-file.ts";
import { hold, holdUnpolluted, readOrRefusal, type Target } from "../target.ts";
import { json, onlyFiles } from "./support.ts";

const CONFIG = {
  algName: "mlp",
  taskName: "digits",
  desc: "a",
  lr: 0.1,
  units: [8, 16],
  optimizer: { name: "sgd", momentum: 0, nested: { "a b": null, deep: [{ x: true }] } },
  seed: 1,
};

export const config: Target = {
  name: "config",
  seeds: [json(CONFIG), JSON.stringify(CONFIG, null, 2), "{}", '{"seed":-0,"x":1e300}'],
  check: (text) => {
    const result = readOrRefusal(() => parseConfig(text, "config.json"));
    holdUnpolluted();
    if ("refusal" in result) return result.refusal;
    const { value } = result;
    holdPlain(value);
    const again = parseConfig(formatConfig(value), "again");
    hold(canonicalJson(again) === canonicalJson(value), "written and read again it is the same");
    hold(configIdentity(again) === configIdentity(value), "so is its identity");
    const seeded = parseConfig(formatSeeds(value)(7), "seeded");
    hold(
      seeded["seed"] === 7 && configIdentity(seeded) === configIdentity(value),
      "a seed is no part of it",
    );
    const paths = pathsOf(value).filter((path) => !hasDottedName(value, path));
    holdPlain(uniqueConfig(value, paths));
    return `read ${Math.min(paths.length, 12)}`;
  },
};

export const searchFacts: Target = {
  name: "search",
  seeds: [
    json({
      schemaVersion: 1,
      name: {
        id: "ju1",
        codeVersion: "f7b375e",
        algName: "mlp",
        taskName: "digits",
        kind: "random",
        desc: "a",
      },
      program: { command: ["python3", "train.py", "{lr}"] },
      metric: { name: "accuracy", series: "train", direction: "maximise", aggregation: "last" },
      project: "..",
      repositories: [{ path: ".", commit: "f7b375e", diffHash: null }],
      samplerSeed: 7,
      seeds: [1, 2],
      defaults: CONFIG,
      schedule: "schedules/a.ts",
      createdAt: "2026-01-01T00:00:00.000Z",
    }),
  ],
  words: ["program", "module", "command", "schemaVersion", "defaults", "repositories", "grid"],
  check: (text) => {
    const result = readOrRefusal(() => parseSearchFacts(text, "search.json"));
    holdUnpolluted();
    if ("refusal" in result) return result.refusal;
    const { value } = result;
    const written = formatSearchFacts(value);
    hold(formatSearchFacts(parseSearchFacts(written, "again")) === written, "it reads back");
    const { program, project } = value;
    const words =
      "ownCommand" in program
        ? ["its own"]
        : "module" in program
          ? [program.module]
          : program.command;
    hold(
      words.length > 0 && words.every((word) => word !== "" && !word.includes("\0")),
      "a program can be started",
    );
    hold(!project.includes("\0"), "the project is a path");
    return "module" in program ? "module" : "command";
  },
};

export const variations: Target = {
  name: "variations",
  seeds: [
    json({
      schemaVersion: 1,
      kind: "grid",
      variations: { lr: [0.1, 0.01], "optimizer.name": ["sgd"] },
    }),
    json({
      schemaVersion: 1,
      kind: "random",
      samplerSeed: 7,
      nDrawn: 3,
      space: { lr: { kind: "logUniform", low: 0.001, high: 1 } },
      experiments: [{ experiment: 1, values: { lr: 0.5 } }],
    }),
  ],
  words: ["variations", "experiments", "space", "schemaVersion", "values", "grid", "random"],
  check: (text) => {
    const result = readOrRefusal(() => readVariations("/s", onlyFiles({ read: () => text })));
    holdUnpolluted();
    if ("refusal" in result) return result.refusal;
    const written = formatVariations(result.value);
    const again = readVariations("/s", onlyFiles({ read: () => written }));
    hold(formatVariations(again) === written, "it reads back");
    return result.value.kind;
  },
};

export const schedule: Target = {
  name: "schedule",
  seeds: [
    json({
      kind: "grid",
      algNames: ["mlp"],
      taskNames: ["digits"],
      seeds: [1, 2],
      program: { command: ["true", "{lr}"] },
      metric: { name: "loss", direction: "minimise" },
      defaults: { lr: 0.1, optimizer: { name: "sgd" } },
      variations: { lr: [0.1, 0.01], "optimizer.name": ["sgd", "adam"] },
    }),
    json({
      algNames: ["mlp"],
      taskNames: ["digits"],
      seeds: [0],
      nExperiments: 3,
      samplerSeed: 1,
      program: { module: "main.ts" },
      defaults: { lr: 0.1, units: 8, name: "a", rest: [1] },
      space: {
        lr: { kind: "logUniform", low: 0.001, high: 1 },
        units: { kind: "integer", low: 1, high: 9 },
        name: { kind: "choice", values: ["a", { b: 1 }], weights: [1, 2] },
        rest: { kind: "fixed", value: null },
      },
    }),
  ],
  words: [
    "uniform",
    "quantisedUniform",
    "logInteger",
    "normal",
    "choice",
    "space",
    "variations",
    "lr",
  ],
  check: (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return "no JSON";
    }
    const result = readOrRefusal(() => checkSchedule(value, "schedule.json"));
    holdUnpolluted();
    if ("refusal" in result) return result.refusal;
    const experiments = readOrRefusal(() => take(newExperiments(result.value, 1), 3));
    if ("refusal" in experiments) return experiments.refusal;
    hold(countExperiments(result.value) >= experiments.value.length, "no more than it counts");
    for (const { values } of experiments.value) holdPlain(values);
    return `${result.value.kind} ${experiments.value.length}`;
  },
};

/** Finite numbers, and no name that means more than a name. */
function holdPlain(value: ConfigValue): void {
  if (typeof value === "number") hold(Number.isFinite(value), "numbers are finite");
  if (typeof value !== "object" || value === null) return;
  if (isConfig(value)) hold(!Object.hasOwn(value, "__proto__"), "no __proto__");
  hold(
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value) as object),
    "it inherits what data inherits",
  );
  for (const inner of Object.values(value)) holdPlain(inner);
}

/** Whether the path cannot be told from that of a nested value. */
function hasDottedName(value: Parameters<typeof valueAt>[0], path: string): boolean {
  return valueAt(value, path) === undefined;
}

function take<Item>(items: Generator<Item>, count: number): readonly Item[] {
  const taken: Item[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}
