import { type Config, type ConfigValue } from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import { spaceShape } from "../../core/search/search-shape.ts";
import type { VariationsFile } from "../../tree/variations-file.ts";

/** A parameter that varies, in words. */
export type VariedRow = {
  readonly name: string;
  /** `0.1, 0.01`, or the distribution. */
  readonly values: string;
  /** Of those that vary together, e.g. `3 values together`. */
  readonly together?: string | undefined;
  /** When the parameter exists; null: always. */
  readonly when: string | null;
};

const MAX_VALUES = 8;

/** The first of them, as JSON. */
export function listValues(values: readonly ConfigValue[]): string {
  const some = values.slice(0, MAX_VALUES).map((value) => canonicalJson(value));
  return some.join(", ") + (values.length > MAX_VALUES ? ", …" : "");
}

/**
 * What experiments vary that no schedule at hand describes: those of a copy, or of a retraining.
 * @param experiments - their values by dotted names
 */
export function variedRows(
  variations: VariationsFile,
  experiments: readonly Config[],
): readonly VariedRow[] {
  if (variations.kind === "random") {
    return spaceShape(variations.space).flatMap(({ names, what, when }) =>
      names.map((name) => ({ name, values: what, when })),
    );
  }
  return Object.entries(variations.variations).map(([name, values]) => {
    const having = experiments.filter((one) => Object.hasOwn(one, name)).length;
    const isAlways = having === experiments.length;
    const when = isAlways ? null : `in ${having} of ${experiments.length} experiments`;
    return { name, values: listValues(values), when };
  });
}
