import { join } from "node:path";

import { ownValue, valueAt } from "../../core/config/config.ts";
import type { VariedValue } from "../../core/figures/variations.ts";
import type { Space } from "../../core/search/distributions.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { conditionalNames, type Schedule, variedNames } from "../../core/search/schedule.ts";
import type { Host } from "../../host.ts";
import { numberedFigures, variationsFigure } from "../../tree/paths.ts";
import type { StoredExperiment } from "../../tree/stored-experiments.ts";
import {
  addValue,
  columnsOf,
  drawValues,
  type DrawnFigure,
} from "../publishing/variations-figure.ts";

/** Starts to draw the values that a new search tries. It never rejects. */
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
      addValue(column, ownValue(values, name) ?? other, false);
    }
  }
  return drawValues({ title, experiments, columns, space: spaceOf(schedule) }, host);
}

/** The same of a storage that has got more experiments; those that were there before are grey. */
export function drawAddedVariations(
  schedule: Schedule,
  { stored, before, title }: AddedExperiments,
  host: Pick<Host, "images" | "terminal">,
): DrawnFigure {
  const columns = columnsOf(
    stored.map(({ experiment, values }) => ({ values, isEarlier: before.has(experiment) })),
  );
  const counts = { experiments: stored.length, before: before.size };
  return drawValues({ title, ...counts, columns, space: spaceOf(schedule) }, host);
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

const spaceOf = (schedule: Schedule): Space => (schedule.kind === "random" ? schedule.space : {});
