import { isConfig } from "../config.ts";
import { nearestPath, type Problem, show } from "../problems.ts";
import { type Change, resultOf } from "./change.ts";
import { lazily } from "../../lazily.ts";
import { type Layer, originIn, type Place } from "./layer.ts";
import { placeText, type ReadLayer } from "./read-layer.ts";

/**
 * Whatever a layer does that the layers below do not allow: removing what is not there, appending to
 * what is no list, setting what nobody knows.
 * @param below - what all layers below do
 */
export function checkLayer(layer: Layer, read: ReadLayer, below: Change): CheckedLayer {
  const problems: Problem[] = [];
  const refused = new Set<string>();
  const known = lazily(() => resultOf(below));
  check(read.change, below, [], { layer, read, problems, refused, known });
  const change = problems.length === 0 ? read.change : without(read.change, [], refused);
  return { problems, change };
}

export type CheckedLayer = {
  readonly problems: readonly Problem[];
  /** What the layer does, without what was refused: so that one mistake is not reported twice. */
  readonly change: Change;
};

function without(change: Change, path: readonly string[], refused: ReadonlySet<string>): Change {
  if (change.kind !== "object") return change;
  const parts = new Map<string, Change>();
  for (const [name, part] of change.parts) {
    const here = [...path, name];
    if (!refused.has(here.join("."))) parts.set(name, without(part, here, refused));
  }
  return { ...change, parts };
}

type Checking = {
  readonly layer: Layer;
  readonly read: ReadLayer;
  readonly problems: Problem[];
  /** Dotted paths. */
  readonly refused: Set<string>;
  readonly known: () => unknown;
};

function check(
  change: Change,
  below: Change | undefined,
  path: readonly string[],
  checking: Checking,
): void {
  const value = below === undefined ? undefined : resultKind(below);
  switch (change.kind) {
    case "remove":
      if (value === undefined) refuseUnknown("remove", path, checking);
      return;
    case "append":
      checkAppend(value, path, checking);
      return;
    case "set":
      if (value === undefined) checkNew(path, checking);
      return;
    case "object":
      checkObject(change, below, path, checking);
  }
}

function checkObject(
  change: Extract<Change, { kind: "object" }>,
  below: Change | undefined,
  path: readonly string[],
  checking: Checking,
): void {
  const isNew = below === undefined || resultKind(below) === undefined;
  if (isNew && path.length > 0 && (change.isWhole || change.parts.size === 0)) {
    checkNew(path, checking);
    return;
  }
  const isScalar = !isNew && below.kind !== "object";
  if (isScalar && !change.isWhole && !checking.layer.mayAdd) {
    const name = path.join(".");
    const message = `has no keys: it is ${show(resultOf(below))}.`;
    refuse(path, message, `Set ${name} itself.`, checking);
    return;
  }
  for (const [name, part] of change.parts) {
    const inner = below?.kind === "object" && !change.isWhole ? below.parts.get(name) : undefined;
    if (!change.isWhole || part.kind === "remove" || part.kind === "append") {
      check(part, inner, [...path, name], checking);
    }
  }
}

/** What stands there as far as the checks need to know; nothing is put together for it. */
function resultKind(change: Change): "list" | "other" | undefined {
  switch (change.kind) {
    case "remove":
      return undefined;
    case "set":
      return Array.isArray(change.value) ? "list" : "other";
    case "append":
      return change.onto === undefined ? undefined : resultKind(change.onto);
    case "object":
      return "other";
  }
}

function checkAppend(
  value: "list" | "other" | undefined,
  path: readonly string[],
  checking: Checking,
): void {
  if (value === "list") return;
  const name = path.join(".");
  if (value === undefined) refuseUnknown("append to", path, checking);
  else
    refuse(path, "is no list, so nothing can be appended to it.", `Set it: "${name}".`, checking);
}

/** A key that no layer below has. */
function checkNew(path: readonly string[], checking: Checking): void {
  const { layer, read } = checking;
  const isMeant = path.some((_, index) => read.added.has(path.slice(0, index + 1).join(".")));
  if (layer.mayAdd || isMeant) return;
  refuseUnknown("set", path, checking);
}

function refuseUnknown(
  verb: "set" | "remove" | "append to",
  path: readonly string[],
  checking: Checking,
): void {
  const known = checking.known();
  const name = path.join(".");
  const near = isConfig(known) ? nearestPath(name, known) : undefined;
  const meant = near === undefined ? "" : `Did you mean ${JSON.stringify(near)}?`;
  const add = verb === "set" ? `To add a key, write "+${name}".` : "";
  const so = verb === "set" ? "" : `, so nothing can ${verb} it`;
  const message = `is not a key of the configuration${so}.`;
  refuse(path, message, `${meant} ${add}`.trim(), checking);
}

function refuse(
  path: readonly string[],
  message: string,
  remedy: string,
  { layer, read, problems, refused }: Checking,
): void {
  refused.add(path.join("."));
  const place = placeAtOrIn(path.join("."), read);
  problems.push({
    place: placeText(path),
    message,
    remedy,
    origin: originIn(layer, place),
    ...(place?.excerpt === undefined ? {} : { excerpt: place.excerpt }),
  });
}

/** Where a path is written, or the first one inside of it: `lr` of `lr.start=1`. */
function placeAtOrIn(name: string, { places }: ReadLayer): Place | undefined {
  return places.get(name) ?? [...places].find(([path]) => path.startsWith(`${name}.`))?.[1];
}
