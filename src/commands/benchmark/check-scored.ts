import { suggestion } from "../../core/config/problems.ts";
import { oneLine } from "../../core/printable.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { type RunPath, runLabel } from "../../tree/paths.ts";
import { listKeys, listSeries } from "../../tree/recording.ts";
import type { ScoredMetric, ScoredSearch } from "./collect.ts";
import type { CurveAxis } from "./curve-axis.ts";

const MAX_KEYS_SHOWN = 50;

/**
 * Holds that there is something to compare, over the same x.
 * @throws UserError `not-found`: no run has completed, or none recorded the metric, or x; `usage`:
 *   runs count their steps by different keys, and nobody said which one is meant
 */
export function checkScored(
  searches: readonly ScoredSearch[],
  { axis, ...metric }: ScoredMetric & { readonly axis: CurveAxis },
  host: Pick<Host, "files">,
): void {
  const sum = (of: (search: ScoredSearch) => number) =>
    searches.reduce((total, search) => total + of(search), 0);
  const completed = sum((search) => search.completed);
  if (completed === 0) {
    throw new UserError(
      "not-found",
      `No run is COMPLETED: of ${sum(({ runs }) => runs)}, ${sum(({ crashed }) => crashed)} are CRASH and ${sum(({ unfinished }) => unfinished)} are not finished.`,
      "Run them with allaunch, then compare; `alstatus` says how far they are.",
    );
  }
  const without = searches.flatMap((search) => search.without);
  const withoutX = searches.flatMap((search) => search.withoutX);
  const [example] = without;
  const [exampleX] = withoutX;
  if (example !== undefined && without.length === completed) {
    throw new UserError(
      "not-found",
      missingKey(example, metric.series, metric.name, host),
      "Name a recorded metric with --performance_metric <key> or <series>.<key>.",
    );
  }
  if (exampleX === undefined) return;
  if (!axis.isAsked) throw differentAxes(axis, exampleX, metric.series, host);
  if (without.length + withoutX.length < completed) return;
  throw new UserError(
    "not-found",
    missingKey(exampleX, metric.series, axis.name ?? "", host),
    "Name a recorded key with --x_metric, or row for the number of the recorded row.",
  );
}

function missingKey(run: RunPath, series: string, name: string, host: Pick<Host, "files">): string {
  const keys = listSeries(run, host).flatMap((one) =>
    listKeys(run, one, host).map((key) => (one === "train" ? key : `${one}.${key}`)),
  );
  const wanted = series === "train" ? name : `${series}.${name}`;
  const some = keys.slice(0, MAX_KEYS_SHOWN).map((key) => oneLine(key));
  if (keys.length > MAX_KEYS_SHOWN) some.push("…");
  return `No run recorded ${JSON.stringify(wanted)}; ${runLabel(run)} recorded ${some.join(", ") || "nothing"}.${suggestion(wanted, keys)}`;
}

function differentAxes(
  { name = "", example = "" }: CurveAxis,
  run: RunPath,
  series: string,
  host: Pick<Host, "files">,
): UserError {
  const keys = listKeys(run, series, host).map((key) => oneLine(key));
  return new UserError(
    "usage",
    `The runs have different x axes: ${example} has ${JSON.stringify(name)}, ${runLabel(run)} recorded ${keys.slice(0, MAX_KEYS_SHOWN).join(", ")}.`,
    "Name the one to use with --x_metric <key>, or row for the number of the recorded row; runs without it are left out.",
  );
}
