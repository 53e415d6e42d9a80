import { type Config, type ConfigValue, ownValue } from "../../config/config.ts";
import { canonicalJson } from "../../config/identity.ts";

/** Where a panel belongs, whatever it shows. */
export type PlacedPanels<Panel> = readonly (readonly (Panel | undefined)[])[];

/** How much a page holds, at most. */
export type PageLimits = {
  readonly panels: number;
  readonly columns: number;
  readonly rows: number;
};

/** A grid of which less is there is shown one after the other. */
const MIN_FILLED = 0.5;

/** An experiment with what it varies. */
export type VariedExperiment = { readonly experiment: number; readonly varied: Config };

/**
 * The experiments of a grid in rows and columns: the parameter with most values goes along the
 * columns, the next one down the rows, and each further one where there are fewer.
 * @returns undefined if the experiments are no such grid
 */
export function gridRows<Experiment extends VariedExperiment>(
  experiments: readonly Experiment[],
): PlacedPanels<Experiment> | undefined {
  const names = [...new Set(experiments.flatMap(({ varied }) => Object.keys(varied)))];
  const axes = names
    .map((name) => ({ name, keys: keysOf(experiments, name) }))
    .filter(({ keys }) => keys.length > 1)
    .sort((a, b) => b.keys.length - a.keys.length);
  const [across, down]: [string[], string[]] = [[], []];
  let [columns, rows] = [1, 1];
  for (const { name, keys } of axes) {
    if (columns <= rows) {
      across.push(name);
      columns *= keys.length;
    } else {
      down.push(name);
      rows *= keys.length;
    }
  }
  if (rows * columns * MIN_FILLED > experiments.length) return undefined;
  const at = new Map(
    experiments.map((one) => [`${placeOf(one, down)}\n\n${placeOf(one, across)}`, one]),
  );
  // Experiments that differ in nothing that varies would hide each other.
  if (at.size < experiments.length) return undefined;
  const columnKeys = product(experiments, across);
  return product(experiments, down).map((row) =>
    columnKeys.map((column) => at.get(`${row}\n\n${column}`)),
  );
}

/** One after the other, in rows as wide as a page. */
export function sequenceRows<Panel>(panels: readonly Panel[], most: number): PlacedPanels<Panel> {
  const columns = Math.min(most, Math.max(1, Math.ceil(Math.sqrt(panels.length))));
  return chunks(panels, columns);
}

/** Cuts rows and columns so that no page has more panels than can be read. */
export function paginate<Panel>(
  rows: PlacedPanels<Panel>,
  limits: PageLimits,
): readonly PlacedPanels<Panel>[] {
  const columns = Math.max(1, ...rows.map(({ length }) => length));
  const starts = Array.from(
    { length: Math.ceil(columns / limits.columns) },
    (_, index) => index * limits.columns,
  );
  const perPage = Math.max(1, Math.floor(limits.panels / Math.min(columns, limits.columns)));
  const height = Math.min(perPage, limits.rows);
  return chunks(rows, height).flatMap((some) =>
    starts.map((start) => some.map((row) => row.slice(start, start + limits.columns))),
  );
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

const keyOf = (value: ConfigValue | undefined) => (value === undefined ? "" : canonicalJson(value));

/** The values of a parameter as texts: numbers in their order, others as they came. */
function keysOf(experiments: readonly VariedExperiment[], name: string): readonly string[] {
  const found = new Map<string, ConfigValue | undefined>();
  for (const { varied } of experiments) {
    const value = ownValue(varied, name);
    found.set(keyOf(value), value);
  }
  const all = [...found];
  if (all.every(([, value]) => typeof value === "number")) {
    all.sort(([, a], [, b]) => Number(a) - Number(b));
  }
  return all.map(([key]) => key);
}

function placeOf({ varied }: VariedExperiment, names: readonly string[]): string {
  return names.map((name) => keyOf(ownValue(varied, name))).join("\n");
}

function product(experiments: readonly VariedExperiment[], names: readonly string[]) {
  return names
    .map((name) => keysOf(experiments, name))
    .reduce<readonly string[]>(
      (places, keys, index) =>
        places.flatMap((place) => keys.map((key) => (index === 0 ? key : `${place}\n${key}`))),
      [""],
    );
}
