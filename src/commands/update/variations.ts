import { type Config, type ConfigValue, ownValue } from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import type { VariationsFile } from "../../tree/variations-file.ts";

/** The values of an experiment that vary, by their dotted names. */
export type Row = { readonly experiment: number; readonly values: Config };

/**
 * `variations.json` with whatever the experiments have and it lacks; nothing is taken from it.
 * @returns undefined if it has everything
 */
export function updatedVariations(
  before: VariationsFile,
  rows: readonly Row[],
): VariationsFile | undefined {
  const after = before.kind === "grid" ? withValues(before, rows) : withExperiments(before, rows);
  // Both are plain data.
  const [then, now] = [before, after].map((one) => canonicalJson(one as unknown as Config));
  return then === now ? undefined : after;
}

function withValues(before: VariationsFile & { readonly kind: "grid" }, rows: readonly Row[]) {
  const variations = Object.entries(before.variations).map(([name, values]) => {
    const known = new Map(values.map((value) => [canonicalJson(value), value]));
    for (const row of rows) {
      const value: ConfigValue | undefined = ownValue(row.values, name);
      if (value !== undefined && !known.has(canonicalJson(value)))
        known.set(canonicalJson(value), value);
    }
    return [name, [...known.values()]] as const;
  });
  return { ...before, variations: Object.fromEntries(variations) };
}

function withExperiments(
  before: VariationsFile & { readonly kind: "random" },
  rows: readonly Row[],
) {
  const known = new Map(before.experiments.map((one) => [one.experiment, one]));
  for (const row of rows) {
    if (!known.has(row.experiment)) known.set(row.experiment, row);
  }
  const experiments = [...known.values()].sort((a, b) => a.experiment - b.experiment);
  return { ...before, experiments };
}
