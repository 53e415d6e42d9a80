import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from "yaml";

import type { Path } from "../../expression/syntax.ts";
import { type Config, isConfig } from "../config.ts";
import { valueProblems } from "../parse-config.ts";
import { refusedName } from "../names.ts";
import { mismatch, type Problem } from "../problems.ts";
import { type Place } from "./layer.ts";
import type { NamedConfig, Registry } from "./registry.ts";

export type ParsedFile = {
  /** Empty if there are problems. */
  readonly values: Config;
  /** Where a key is written. */
  readonly placeOf: (path: Path) => Place | undefined;
  readonly problems: readonly Problem[];
};

/**
 * A configuration file in YAML 1.2 or JSON, with the line of each key. Nothing in it is executed, and
 * aliases cannot make it larger than it is.
 * @param file - path, for messages only
 */
export function parseLayerText(text: string, file: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    lineCounter: lines,
    // Only the first error is shown, and to word each takes a look at the whole text.
    prettyErrors: false,
    // Warnings would go to the terminal past everybody.
    logLevel: "error",
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const place = placeAt(error.pos[0]);
    return refused([
      {
        place: "",
        message: `${error.message}.`,
        origin: { layer: file, file, ...place },
      },
    ]);
  }
  const value: unknown = document.contents === null ? {} : toData(document);
  if (!isConfig(value)) return refused([mismatch("", "keys with values", value)]);
  const problems = valueProblems(value, "");
  if (problems.length > 0) return refused(problems);
  const { contents } = document;
  const placeOf = (path: Path) => {
    const offset = offsetOf(contents, path);
    return offset === undefined ? undefined : placeAt(offset);
  };
  return { values: value, placeOf, problems: [] };
}

/**
 * The configurations of a file that holds several: its keys are their names.
 * @param file - path, for messages only
 */
export function parseRegistryText(
  text: string,
  file: string,
): { readonly registry: Registry; readonly problems: readonly Problem[] } {
  const { values, placeOf, problems } = parseLayerText(text, file);
  const registry: Record<string, NamedConfig> = {};
  const wrong: Problem[] = [...problems];
  for (const [name, own] of Object.entries(values)) {
    const refusal = refusedName(name);
    if (refusal !== undefined) {
      wrong.push({ place: name, message: `the name ${refusal}` });
      continue;
    }
    if (!isConfig(own)) {
      wrong.push(mismatch(name, "the keys and values of a configuration", own));
      continue;
    }
    registry[name] = { values: own, file, placeOf: (path) => placeOf([name, ...path]) };
  }
  return { registry, problems: wrong };
}

function refused(problems: readonly Problem[]): ParsedFile {
  return { values: {}, placeOf: () => undefined, problems };
}

function toData(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // The library's only error here: aliases that would make a small file huge.
    if (error instanceof ReferenceError) return error.message;
    throw error;
  }
}

/** Where the key at the end of a path is written; of an item of a list, where the item is. */
function offsetOf(contents: unknown, path: Path): number | undefined {
  let node = contents;
  let offset: number | undefined;
  for (const part of path) {
    if (isMap(node)) {
      const pair = pairOf(node, String(part));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      const item: unknown = node.items[part];
      offset = startOf(item) ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

const pairOf = (map: YAMLMap, key: string) =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
