import { type Config, isConfig } from "../config.ts";
import type { Problem } from "../problems.ts";
import { type Change, compose, NO_CHANGE, resultOf } from "./change.ts";
import { checkLayer } from "./check-layer.ts";
import type { Layer } from "./layer.ts";
import { readLayer } from "./read-layer.ts";

/** A configuration that is being put together, before its late values. */
export type Draft = {
  /** What all layers so far do together. */
  readonly change: Change;
  readonly problems: readonly Problem[];
};

export const NO_DRAFT: Draft = { change: NO_CHANGE, problems: [] };

/** `below` with more layers on top, each checked against what is below it. */
export function draftOf(layers: readonly Layer[], below: Draft): Draft {
  let { change } = below;
  const problems = [...below.problems];
  for (const layer of layers) {
    const read = readLayer(layer);
    const checked = checkLayer(layer, read, change);
    problems.push(...read.problems, ...checked.problems);
    change = compose(change, checked.change);
  }
  return { change, problems };
}

/** The values of a draft, late ones as the texts that they are. */
export function configOf({ change }: Draft): Config {
  const config = resultOf(change);
  return isConfig(config) ? config : {};
}
