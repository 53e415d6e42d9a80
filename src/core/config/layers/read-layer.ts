import type { Path } from "../../expression/syntax.ts";
import { type Config, type ConfigValue, isConfig, isList } from "../config.ts";
import { valueProblems } from "../parse-config.ts";
import { isForbiddenName, refusedName } from "../names.ts";
import { type Problem, show, within } from "../problems.ts";
import { type Change, compose, NO_CHANGE, type Step } from "./change.ts";
import { type Layer, originIn, parseKey, type Place } from "./layer.ts";

export type ReadLayer = {
  readonly change: Change;
  /** The dotted paths that the layer adds on purpose, by the mark `+`. */
  readonly added: ReadonlySet<string>;
  /** Where each dotted path is written. */
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly Problem[];
};

/** What a layer does, and whatever is wrong with how it says so. */
export function readLayer(layer: Layer): ReadLayer {
  const problems = valueProblems(layer.values, "")
    // Of names, what reads the layer says more.
    .filter(({ place }) => !isForbiddenName(place.split(".").at(-1) ?? ""))
    .map((problem) => ({ ...problem, origin: originIn(layer, undefined) }));
  if (problems.length > 0) {
    return { change: NO_CHANGE, added: new Set(), places: new Map(), problems };
  }
  const reading: Reading = { layer, added: new Set(), places: new Map(), problems: [] };
  const change = readObject(layer.values, { written: [], path: [] }, reading);
  return { ...reading, change };
}

type Reading = {
  readonly layer: Layer;
  readonly added: Set<string>;
  readonly places: Map<string, Place>;
  readonly problems: Problem[];
};

/** Where reading has got to: as the layer writes it, and as it is meant. */
type Spot = { readonly written: Path; readonly path: readonly string[] };

function readObject(
  values: Config,
  spot: Spot,
  reading: Reading,
): Extract<Change, { kind: "object" }> {
  const parts = new Map<string, Change>();
  for (const [key, value] of Object.entries(values)) {
    const { mark, isNew, path } = parseKey(key);
    const written = [...spot.written, key];
    const here: Spot = { written, path: [...spot.path, ...path] };
    const refusal = path.map(refusedName).find((reason) => reason !== undefined);
    if (refusal !== undefined) {
      refuse(here, `the key ${refusal}`, reading);
      continue;
    }
    if (isNew) reading.added.add(here.path.join("."));
    const change = inside(path.slice(1), readMarked(mark, value, here, reading));
    const [name = ""] = path;
    const other = parts.get(name);
    if (other !== undefined && areBothSet(other, change)) {
      refuse(here, "is set twice by the same layer.", reading);
    }
    parts.set(name, compose(other, change));
  }
  return { kind: "object", isWhole: false, parts, steps: [] };
}

/** Whether two changes of one layer would have to come one after the other. */
function areBothSet(first: Change, then: Change): boolean {
  if (first.kind !== "object" || then.kind !== "object") return true;
  if (first.isWhole || then.isWhole) return true;
  return [...then.parts].some(([name, part]) => {
    const other = first.parts.get(name);
    return other !== undefined && areBothSet(other, part);
  });
}

/** A change of something deep inside, as one of the whole. */
function inside(path: readonly string[], change: Change): Change {
  return path.reduceRight<Change>(
    (inner, name) => ({
      kind: "object",
      isWhole: false,
      parts: new Map([[name, inner]]),
      steps: [],
    }),
    change,
  );
}

function readMarked(
  mark: ReturnType<typeof parseKey>["mark"],
  value: ConfigValue,
  spot: Spot,
  reading: Reading,
): Change {
  const place = reading.layer.placeOf?.(spot.written);
  if (place !== undefined) reading.places.set(spot.path.join("."), place);
  const origin = originIn(reading.layer, place);
  const step = (action: Step["action"]): readonly Step[] => [{ origin, action, value }];
  if (mark === "remove") {
    if (value !== null) refuse(spot, `expected null behind "~", got ${show(value)}.`, reading);
    return { kind: "remove", steps: step("removed") };
  }
  if (mark === "append") {
    const items = isList(value) ? value : [value];
    checkNames(items, spot, reading);
    return { kind: "append", onto: undefined, items, steps: step("appended") };
  }
  if (!isConfig(value)) {
    checkNames(value, spot, reading);
    return { kind: "set", value, steps: step("set") };
  }
  const object = readObject(value, spot, reading);
  const isWhole = mark === "whole";
  return { ...object, isWhole, steps: step(isWhole ? "replaced" : "merged") };
}

/** Objects within lists are not merged, but their names have to be names all the same. */
function checkNames(value: ConfigValue, spot: Spot, reading: Reading): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value) as readonly (readonly [string, ConfigValue])[]) {
    const refusal = isConfig(value) ? refusedName(key) : undefined;
    if (refusal !== undefined) refuse(spot, `the key ${refusal}`, reading);
    checkNames(part, spot, reading);
  }
}

function refuse(spot: Spot, message: string, reading: Reading): void {
  const place = reading.layer.placeOf?.(spot.written);
  reading.problems.push({
    place: placeText(spot.written),
    message,
    origin: originIn(reading.layer, place),
    ...(place?.excerpt === undefined ? {} : { excerpt: place.excerpt }),
  });
}

/** `optimizer.lr`, `["a b"]`: a path as messages write it. */
export function placeText(path: Path): string {
  return path.reduce<string>((before, part) => within(before, part), "");
}
