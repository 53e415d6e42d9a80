import { join } from "node:path";

import { type Config, isConfig } from "../core/config/config.ts";
import { parseJson, valueProblems } from "../core/config/parse-config.ts";
import { formatProblems, mismatch, type Problem } from "../core/config/problems.ts";
import type { Space } from "../core/search/distributions.ts";
import type { NamedOverrides, ValueLists } from "../core/search/schedule.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { VARIATIONS_FILE } from "./paths.ts";

/** The drawn values of one experiment, by dotted names. */
export type DrawnExperiment = { readonly experiment: number; readonly values: Config };

/** `variations.json`: what a search varies; made from its schedule, or again from its experiments. */
export type VariationsFile =
  | {
      readonly schemaVersion: 1;
      readonly kind: "grid";
      readonly variations: ValueLists;
      /** What the author gave a name, if anything. */
      readonly overrides?: readonly NamedOverrides[];
    }
  | {
      readonly schemaVersion: 1;
      readonly kind: "random";
      readonly samplerSeed: number;
      /** Draws of the sampler's sequence that are used up; an addition goes on behind them. */
      readonly nDrawn: number;
      /** Of Sobol and Halton sequences: the parameters in the order of their coordinates. */
      readonly dimensions?: readonly string[];
      readonly space: Space;
      readonly experiments: readonly DrawnExperiment[];
    };

/** It has a line for each experiment, of which there may be a million: 256 MiB. */
const MAX_VARIATIONS_BYTES = 1 << 28;

/** What `variations.json` of a storage says. @throws UserError `not-found`, `config-invalid` */
export function readVariations(storage: string, { files }: Pick<Host, "files">): VariationsFile {
  const path = join(storage, VARIATIONS_FILE);
  const text = files.read(path, { bytes: MAX_VARIATIONS_BYTES });
  if (text === undefined) {
    const hint = "Name a storage that alprep made; `alstatus` lists them.";
    throw new UserError("not-found", `There is no ${path}.`, hint);
  }
  const value = parseJson(text, path);
  const problems = variationsProblems(value);
  if (problems.length > 0) {
    const hint = "Restore the file from a copy, or prepare a new search.";
    throw new UserError("config-invalid", formatProblems(path, problems), hint);
  }
  // Every key was just checked; the experiments in it are only drawn.
  return value as VariationsFile;
}

/** The text of a `variations.json`, a line for each parameter and each drawn experiment. */
export function formatVariations(file: VariationsFile): string {
  const lists: Readonly<Record<string, readonly string[]>> =
    file.kind === "grid"
      ? { variations: entryLines(file.variations), overrides: (file.overrides ?? []).map(toLine) }
      : { space: entryLines(file.space), experiments: file.experiments.map(toLine) };
  const lines = Object.entries(file).map(([key, value]) => {
    const list = Object.hasOwn(lists, key) ? lists[key] : undefined;
    if (list === undefined) return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
    const inner = list.length === 0 ? "" : `\n    ${list.join(",\n    ")}\n  `;
    return `  ${JSON.stringify(key)}: ${open}${inner}${close}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

const toLine = (value: object) => JSON.stringify(value);

function entryLines(entries: object): readonly string[] {
  return Object.entries(entries).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
}

function variationsProblems(value: unknown): readonly Problem[] {
  if (!isConfig(value)) return [mismatch("", "one JSON object", value)];
  const { schemaVersion, kind, variations, space, samplerSeed, nDrawn, experiments, dimensions } =
    value;
  if (schemaVersion !== 1) return [mismatch("schemaVersion", "1", schemaVersion)];
  const data = valueProblems(value, "");
  if (data.length > 0) return data;
  if (kind === "grid") {
    const { overrides = [] } = value;
    return [
      ...(isConfig(variations) ? [] : [mismatch("variations", "an object", variations)]),
      ...(Array.isArray(overrides) ? [] : [mismatch("overrides", "a list", overrides)]),
    ];
  }
  if (kind !== "random") return [mismatch("kind", "grid or random", kind)];
  return [
    ...(isConfig(space) ? [] : [mismatch("space", "an object", space)]),
    ...(dimensions === undefined || isTexts(dimensions)
      ? []
      : [mismatch("dimensions", "a list of names", dimensions)]),
    ...(Array.isArray(experiments) ? [] : [mismatch("experiments", "a list", experiments)]),
    ...Object.entries({ samplerSeed, nDrawn }).flatMap(([key, number]) =>
      Number.isSafeInteger(number) ? [] : [mismatch(key, "a whole number", number)],
    ),
  ];
}

const isTexts = (value: unknown) =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
