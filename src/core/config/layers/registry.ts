import type { Config, ConfigValue } from "../config.ts";
import type { Origin } from "../origin.ts";
import { type Problem, show, suggestion } from "../problems.ts";
import { type Layer, originIn, type Place } from "./layer.ts";
import type { Path } from "../../expression/syntax.ts";

/** A configuration with a name, which others can extend. */
export type NamedConfig = {
  /** May have `extends`: a name, or a list of names. */
  readonly values: Config;
  readonly file?: string;
  readonly placeOf?: (path: Path) => Place | undefined;
};

export type Registry = Readonly<Record<string, NamedConfig>>;

export type Chain = { readonly layers: readonly Layer[]; readonly problems: readonly Problem[] };

const EXTENDS = "extends";

/**
 * The layers that a named configuration consists of: what it extends, first and from left to right,
 * and then its own values. A configuration that is extended twice counts once, at its first place.
 * @param names - several stand side by side, as if something extended them all
 */
export function chainOf(names: readonly string[], registry: Registry): Chain {
  const reading: Reading = { registry, layers: new Map(), way: [], problems: [] };
  for (const name of names) visit(name, undefined, reading);
  return { layers: [...reading.layers.values()], problems: reading.problems };
}

type Reading = {
  readonly registry: Registry;
  readonly layers: Map<string, Layer>;
  /** The configurations that extend each other, up to the one that is looked at. */
  readonly way: string[];
  readonly problems: Problem[];
};

function visit(name: string, by: Origin | undefined, reading: Reading): void {
  if (reading.layers.has(name)) return;
  const start = reading.way.indexOf(name);
  if (start >= 0) {
    const names = [...reading.way.slice(start), name].join(" extends ");
    refuse(by, `goes round in a circle: ${names}.`, "", reading);
    return;
  }
  const named = Object.hasOwn(reading.registry, name) ? reading.registry[name] : undefined;
  if (named === undefined) {
    const known = Object.keys(reading.registry);
    const near = suggestion(name, known).trim();
    const remedy = near === "" ? `There are ${known.join(", ")}.` : near;
    refuse(by, `there is no configuration ${JSON.stringify(name)}.`, remedy, reading);
    return;
  }
  const { [EXTENDS]: parents, ...values } = named.values;
  const layer = { name: `configuration "${name}"`, mayAdd: true, ...named, values };
  reading.way.push(name);
  for (const parent of namesIn(parents, layer, reading)) {
    visit(parent, originIn(layer, named.placeOf?.([EXTENDS])), reading);
  }
  reading.way.pop();
  reading.layers.set(name, layer);
}

function namesIn(
  parents: ConfigValue | undefined,
  layer: Layer,
  reading: Reading,
): readonly string[] {
  if (parents === undefined) return [];
  const names: readonly ConfigValue[] = Array.isArray(parents) ? parents : [parents];
  const texts = names.filter((name) => typeof name === "string");
  if (texts.length < names.length) {
    const origin = originIn(layer, layer.placeOf?.([EXTENDS]));
    refuse(origin, `expected a name or a list of names, got ${show(parents)}.`, "", reading);
  }
  return texts;
}

function refuse(
  origin: Origin | undefined,
  message: string,
  remedy: string,
  { problems }: Reading,
): void {
  const place = origin === undefined ? "" : EXTENDS;
  problems.push({ place, message, remedy, ...(origin === undefined ? {} : { origin }) });
}
