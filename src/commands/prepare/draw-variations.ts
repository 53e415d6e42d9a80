import { join } from "node:path";

import { type ConfigValue, ownValue, valueAt } from "../../core/config/config.ts";
import { counted } from "../../core/counted.ts";
import { variationAxis } from "../../core/figures/variation-axis.ts";
import {
  variations,
  type VariedParameter,
  type VariedValue,
} from "../../core/figures/variations.ts";
import { oneLine } from "../../core/printable.ts";
import type { Space } from "../../core/search/distributions.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { conditionalNames, type Schedule, variedNames } from "../../core/search/schedule.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { numberedFigures, variationsFigure } from "../../tree/paths.ts";
import type { StoredExperiment } from "../../tree/stored-experiments.ts";

/** A figure that is being drawn while something else is done; undefined if it cannot be. */
export type DrawnFigure = Promise<Uint8Array | undefined>;

const MAX_TEXT = 100;
const LEGEND = "A bar: the experiments with a value in its range; a point: one experiment.";

/**
 * Starts to draw the values that a new search tries. It never rejects: a search is worth more than
 * its figure, so what is missing is only said.
 */
export function drawNewVariations(
  schedule: Schedule,
  samplerSeed: number,
  title: string,
  host: Pick<Host, "images" | "terminal">,
): DrawnFigure {
  const conditional = conditionalNames(schedule);
  const columns = new Map(variedNames(schedule).map((name) => [name, [] as VariedValue[]]));
  let experiments = 0;
  for (const { values } of newExperiments(schedule, samplerSeed)) {
    experiments += 1;
    for (const [name, column] of columns) {
      // What a grid's override leaves alone has its default.
      const other = conditional.has(name) ? undefined : valueAt(schedule.defaults, name);
      addTo(column, ownValue(values, name) ?? other, false);
    }
  }
  const heading = `${title}: the values of ${counted(experiments, "experiment")}`;
  return draw(heading, [], parametersOf(columns, schedule), host);
}

/** The same of a storage that has got more experiments; those that were there before are grey. */
export function drawAddedVariations(
  schedule: Schedule,
  { stored, before, title }: AddedExperiments,
  host: Pick<Host, "images" | "terminal">,
): DrawnFigure {
  const names = [...new Set(stored.flatMap(({ values }) => Object.keys(values)))];
  const columns = new Map(names.map((name) => [name, [] as VariedValue[]]));
  for (const { experiment, values } of stored) {
    for (const [name, column] of columns) {
      addTo(column, ownValue(values, name), before.has(experiment));
    }
  }
  const heading = `${title}: the values of ${counted(stored.length, "experiment")}`;
  const caption = [`Grey: the ${counted(before.size, "experiment")} that were there before.`];
  return draw(heading, caption, parametersOf(columns, schedule), host);
}

type AddedExperiments = {
  readonly stored: readonly StoredExperiment[];
  /** The numbers of those that were there. */
  readonly before: ReadonlySet<number>;
  readonly title: string;
};

/**
 * The next free name, e.g. `variations2.png`. Two who add at the same moment may take the same: the
 * last one has seen everybody's experiments.
 */
export function nextFigurePath(storage: string, { files }: Pick<Host, "files">): string {
  const taken = numberedFigures(files.list(storage) ?? []);
  return join(storage, variationsFigure(Math.max(0, ...taken) + 1));
}

function addTo(column: VariedValue[], value: ConfigValue | undefined, isEarlier: boolean): void {
  if (value !== undefined) column.push({ value, isEarlier });
}

function parametersOf(
  columns: ReadonlyMap<string, readonly VariedValue[]>,
  schedule: Schedule,
): readonly VariedParameter[] {
  const space: Space = schedule.kind === "random" ? schedule.space : {};
  return [...columns].map(([name, values]) => {
    const axis = variationAxis(
      Object.hasOwn(space, name) ? space[name] : undefined,
      values.map(({ value }) => value),
    );
    return { name: oneLine(name, MAX_TEXT), values, axis };
  });
}

async function draw(
  title: string,
  caption: readonly string[],
  parameters: readonly VariedParameter[],
  { images, terminal }: Pick<Host, "images" | "terminal">,
): DrawnFigure {
  const figure = variations({
    title: oneLine(title, MAX_TEXT),
    caption: [LEGEND, ...caption],
    parameters,
  });
  try {
    return await images.render(figure, "png");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UserError ? ` ${error.hint}` : "";
    terminal.note(`The sampled values are not drawn: ${oneLine(why + hint)}`);
    return undefined;
  }
}
