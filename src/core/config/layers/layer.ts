import type { Path } from "../../expression/syntax.ts";
import type { Config } from "../config.ts";
import type { Excerpt, Origin } from "../origin.ts";

/** Where exactly a layer sets a key. */
export type Place = {
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** What was written, if it is short: an argument of the command line. */
  readonly excerpt?: Excerpt;
};

/**
 * Values that change those of the layers below. Objects are merged key by key; everything else, lists
 * too, replaces what was there. A key may be a dotted path, and have a mark:
 *
 *     "=dist": { … }   replaces the object as a whole
 *     "layers+": [64]  appends to the list
 *     "~dropout": null removes the key
 *     "+warmup": 5     sets the key even where unknown keys are refused
 *     "+=sizes": { … } both
 */
export type Layer = {
  /** As messages call it: `defaults`, `configuration "base"`, `command line`. */
  readonly name: string;
  readonly values: Config;
  /** Whether keys that no layer below has are welcome. */
  readonly mayAdd: boolean;
  readonly file?: string;
  /** @param path - the keys as the layer writes them, marks included */
  readonly placeOf?: (path: Path) => Place | undefined;
};

/** What the key of a layer says: `~optimizer.momentum` removes `["optimizer", "momentum"]`. */
export type MarkedKey = {
  readonly mark: "set" | "whole" | "append" | "remove";
  /** Marked with `+`: the key may be new. */
  readonly isNew: boolean;
  readonly path: readonly string[];
};

export function parseKey(key: string): MarkedKey {
  const isNew = key.startsWith("+");
  const rest = isNew ? key.slice(1) : key;
  if (rest.startsWith("=")) return { mark: "whole", isNew, path: rest.slice(1).split(".") };
  if (isNew) return { mark: "set", isNew, path: rest.split(".") };
  if (rest.startsWith("~")) return { mark: "remove", isNew, path: rest.slice(1).split(".") };
  if (rest.endsWith("+")) return { mark: "append", isNew, path: rest.slice(0, -1).split(".") };
  return { mark: "set", isNew, path: rest.split(".") };
}

export function originIn({ name, file }: Layer, place: Place | undefined): Origin {
  return {
    layer: name,
    ...(file === undefined ? {} : { file }),
    ...(place?.line === undefined ? {} : { line: place.line }),
    ...(place?.column === undefined ? {} : { column: place.column }),
  };
}
