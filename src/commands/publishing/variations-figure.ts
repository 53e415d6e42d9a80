import type { Config, ConfigValue } from "../../core/config/config.ts";
import { ownValue } from "../../core/config/config.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import { counted } from "../../core/counted.ts";
import { variationAxis } from "../../core/figures/variation-axis.ts";
import {
  variations,
  type VariedParameter,
  type VariedValue,
} from "../../core/figures/variations.ts";
import { oneLine } from "../../core/printable.ts";
import type { Space } from "../../core/search/distributions.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";

/** A figure that is being drawn while something else is done; undefined if it cannot be. */
export type DrawnFigure = Promise<Uint8Array | undefined>;

/** Values by parameters, those of all experiments that have it. */
export type ValueColumns = ReadonlyMap<string, VariedValue[]>;

export type ValuesFigure = {
  /** The description of the search. */
  readonly title: string;
  readonly experiments: number;
  /** How many of them were there before. */
  readonly before?: number;
  readonly columns: ValueColumns;
  /** What they were drawn from; a grid's is empty. */
  readonly space: Space;
};

const MAX_TEXT = 100;
const LEGEND = "A bar: the experiments with a value in its range; a point: one experiment.";

/** Puts a value into its column; undefined: the experiment has none. */
export function addValue(
  column: VariedValue[],
  value: ConfigValue | undefined,
  isEarlier: boolean,
): void {
  if (value !== undefined) column.push({ value, isEarlier });
}

/**
 * Starts to draw the values that experiments have. It never rejects: a search is worth more than its
 * figure, so what is missing is only said.
 */
export async function drawValues(
  { title, experiments, before = 0, columns, space }: ValuesFigure,
  { images, terminal }: Pick<Host, "images" | "terminal">,
): DrawnFigure {
  const heading = `${title}: the values of ${counted(experiments, "experiment")}`;
  const grey =
    before === 0 ? [] : [`Grey: the ${counted(before, "experiment")} that were there before.`];
  const parameters = parametersOf(columns, space);
  try {
    const caption = [LEGEND, ...grey];
    return await images.render(
      variations({ title: oneLine(heading, MAX_TEXT), caption, parameters }),
      "png",
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UserError ? ` ${error.hint}` : "";
    terminal.note(`The sampled values are not drawn: ${oneLine(why + hint)}`);
    return undefined;
  }
}

/** The values that each parameter has, over experiments. */
export function columnsOf(
  experiments: readonly { readonly values: Config; readonly isEarlier: boolean }[],
): ValueColumns {
  const names = [...new Set(experiments.flatMap(({ values }) => Object.keys(values)))];
  const columns = new Map(names.map((name) => [name, [] as VariedValue[]]));
  for (const { values, isEarlier } of experiments) {
    for (const [name, column] of columns) addValue(column, ownValue(values, name), isEarlier);
  }
  return columns;
}

/** Draws the values of new experiments, once for all storages that have the same. */
export type ValuesDrawer = (
  title: string,
  experiments: readonly Config[],
  space: Space,
) => DrawnFigure;

export function createValuesDrawer(host: Pick<Host, "images" | "terminal">): ValuesDrawer {
  const drawn = new Map<string, DrawnFigure>();
  return (title, experiments, space) => {
    const key = canonicalJson([title, [...experiments], space]);
    const columns = columnsOf(experiments.map((values) => ({ values, isEarlier: false })));
    const figure =
      drawn.get(key) ??
      drawValues({ title, experiments: experiments.length, columns, space }, host);
    drawn.set(key, figure);
    return figure;
  };
}

function parametersOf(columns: ValueColumns, space: Space): readonly VariedParameter[] {
  return [...columns].map(([name, values]) => {
    const axis = variationAxis(
      Object.hasOwn(space, name) ? space[name] : undefined,
      values.map(({ value }) => value),
    );
    return { name: oneLine(name, MAX_TEXT), values, axis };
  });
}
