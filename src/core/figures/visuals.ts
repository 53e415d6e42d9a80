import { type Config, type ConfigValue, isConfig, isList, ownValue } from "../config/config.ts";
import { parseConfig } from "../config/parse-config.ts";
import { formatProblems, mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";
import { UserError } from "../../errors.ts";
import { oneLine } from "../printable.ts";
import { matplotlibColour, matplotlibDash, matplotlibMarker } from "./matplotlib-look.ts";
import type { OwnLook } from "./series-look.ts";
import type { TaskReference } from "./reference-lines.ts";

/** How a person wants things to be called and to look in figures. */
export type Visuals = {
  /** Of tasks. */
  readonly titles: ReadonlyMap<string, string>;
  /** Of recorded keys. */
  readonly axisTitles: ReadonlyMap<string, string>;
  /** Of algorithms, as are the next two. */
  readonly labels: ReadonlyMap<string, string>;
  readonly colours: ReadonlyMap<string, string>;
  /** Shapes of vega. */
  readonly shapes: ReadonlyMap<string, string>;
};

export const NO_VISUALS: Visuals = {
  titles: new Map(),
  axisTitles: new Map(),
  labels: new Map(),
  colours: new Map(),
  shapes: new Map(),
};

/** What a task, or a recorded key, is called. */
export const titleOf = ({ titles }: Visuals, task: string): string => titles.get(task) ?? task;
export const axisTitleOf = ({ axisTitles }: Visuals, key: string): string =>
  axisTitles.get(key) ?? key;

/** What was chosen for an algorithm. */
export function lookOfAlgorithm({ colours, shapes }: Visuals, algorithm: string): OwnLook {
  const [colour, shape] = [colours.get(algorithm), shapes.get(algorithm)];
  return { ...(colour !== undefined && { colour }), ...(shape !== undefined && { shape }) };
}

const MAX_TEXT = 80;
const DICTS = ["titles_dict", "axis_titles_dict", "labels_dict", "colors_dict", "markers_dict"];

/**
 * A file `visuals_<name>.json`.
 * @param source - path, for messages
 * @throws UserError `config-invalid`
 */
export function parseVisuals(text: string, source: string): Visuals {
  const value = parseConfig(text, source);
  const problems: Problem[] = [...unknownKeys(value, DICTS, "")];
  const dict = (
    name: string,
    expected: string,
    read: (value: ConfigValue) => string | undefined,
  ) => {
    const entries = ownValue(value, name) ?? {};
    if (!isConfig(entries)) {
      problems.push(mismatch(name, "an object", entries));
      return new Map<string, string>();
    }
    return new Map(
      Object.entries(entries).flatMap(([key, of]) => {
        const found = read(of);
        if (found === undefined) problems.push(mismatch(within(name, key), expected, of));
        return found === undefined ? [] : [[key, found] as const];
      }),
    );
  };
  const title = (of: ConfigValue) => (typeof of === "string" ? oneLine(of, MAX_TEXT) : undefined);
  const visuals = {
    titles: dict("titles_dict", "a text", title),
    axisTitles: dict("axis_titles_dict", "a text", title),
    labels: dict("labels_dict", "a text", title),
    colours: dict(
      "colors_dict",
      'a colour such as "#0072B2", "tab:blue" or [0, 0.4, 0.7]',
      matplotlibColour,
    ),
    shapes: dict("markers_dict", 'a marker of matplotlib such as "o" or "^"', matplotlibMarker),
  };
  if (problems.length > 0) throw invalid(source, problems);
  return visuals;
}

/**
 * A file `additional_curves_<name>.json`: horizontal lines for each task, as matplotlib is told of them.
 * @param source - path, for messages
 * @throws UserError `config-invalid`
 */
export function parseAdditionalCurves(text: string, source: string): readonly TaskReference[] {
  const value = parseConfig(text, source);
  const problems: Problem[] = [...unknownKeys(value, ["hlines"], "")];
  const tasks = ownValue(value, "hlines") ?? {};
  if (!isConfig(tasks)) throw invalid(source, [mismatch("hlines", "an object", tasks)]);
  const lines = Object.entries(tasks).flatMap(([task, of]) => {
    const place = within("hlines", task);
    if (!isList(of)) {
      problems.push(mismatch(place, "a list of lines", of));
      return [];
    }
    return of.flatMap((line, index) => parseLine(line, task, within(place, index), problems));
  });
  if (problems.length > 0) throw invalid(source, problems);
  return lines;
}

/** What else matplotlib takes (widths, ends, opacity) is no matter of a figure of ours. */
function parseLine(
  line: ConfigValue,
  task: string,
  place: string,
  problems: Problem[],
): readonly TaskReference[] {
  if (!isConfig(line)) {
    problems.push(mismatch(place, 'an object such as {"y": 0.9, "label": "SVM"}', line));
    return [];
  }
  const colour = optional(line, ["colors", "color"], matplotlibColour, "a colour", place, problems);
  const dash = optional(
    line,
    ["linestyles", "linestyle"],
    matplotlibDash,
    'one of "-", "--", ":", "-."',
    place,
    problems,
  );
  const label = ownValue(line, "label") ?? "";
  const text = typeof label === "string" ? label : "";
  if (text !== label) problems.push(mismatch(within(place, "label"), "a text", label));
  const y = ownValue(line, "y");
  const values = isList(y) ? y : [y];
  return values.flatMap((at) => {
    if (typeof at !== "number" || !Number.isFinite(at)) {
      problems.push(mismatch(within(place, "y"), "a finite number", at));
      return [];
    }
    const look = { ...(colour !== undefined && { colour }), ...(dash !== undefined && { dash }) };
    return [{ task, label: text, value: at, ...look }];
  });
}

function optional<Value>(
  line: Config,
  names: readonly string[],
  read: (value: ConfigValue) => Value | undefined,
  expected: string,
  place: string,
  problems: Problem[],
): Value | undefined {
  const name = names.find((one) => Object.hasOwn(line, one));
  const value = name === undefined ? undefined : ownValue(line, name);
  if (name === undefined || value === undefined) return undefined;
  const found = read(value);
  if (found === undefined) problems.push(mismatch(within(place, name), expected, value));
  return found;
}

function invalid(source: string, problems: readonly Problem[]): UserError {
  return new UserError(
    "config-invalid",
    formatProblems(source, problems),
    "Correct the file, or leave it out with none in place of its path; docs/benchmarks.md shows its parts.",
  );
}
