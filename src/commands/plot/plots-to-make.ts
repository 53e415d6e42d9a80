import type { WantedLimits } from "../../core/figures/panels/limits.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";

/** One array of plots: what is drawn along what, and within which limits. */
export type PlotToMake = {
  /** Recorded key; undefined: the number of the recorded row, from 0. */
  readonly x: string | undefined;
  readonly series: string;
  readonly y: string;
  readonly limits: WantedLimits;
};

const LIMITS = ["xMin", "xMax", "yMin", "yMax"] as const;
const FORM = "x, y, xmin, xmax, ymin, ymax";

/**
 * What `--plots_to_make` says: `x, y` and, if wanted, limits; `None` (or nothing) leaves out x or a limit.
 * @throws UserError `usage`
 */
export function parsePlot(text: string): PlotToMake {
  const parts = text.split(",").map((part) => part.trim());
  const [x = "", y = "", ...limits] = parts;
  if (parts.length > 2 + LIMITS.length || isNone(y)) {
    throw wrong(text, `expected "${FORM}"`);
  }
  const wanted = LIMITS.flatMap((name, index) => {
    const part = limits[index] ?? "";
    if (isNone(part)) return [];
    const value = Number(part);
    if (!Number.isFinite(value)) throw wrong(text, `${part} is no number`);
    return [[name, value] as const];
  });
  const given: WantedLimits = Object.fromEntries(wanted);
  const { xMin = -Infinity, xMax = Infinity, yMin = -Infinity, yMax = Infinity } = given;
  if (!(xMin < xMax && yMin < yMax)) throw wrong(text, "a least value is not below its greatest");
  return { x: isNone(x) ? undefined : x, ...seriesOf(y), limits: given };
}

/** The search's own metric along its rows, if nobody said what to draw. */
export function defaultPlot({ name, metric }: SearchFacts): PlotToMake {
  if (metric !== null) return { x: undefined, series: metric.series, y: metric.name, limits: {} };
  throw new UserError(
    "usage",
    `Nothing says what to draw: the search ${name.id} was prepared without a metric.`,
    `Pass --plots_to_make "epoch, accuracy" (${FORM}).`,
  );
}

/** `loss`, or `test/loss` for that of another series. */
function seriesOf(text: string): Pick<PlotToMake, "series" | "y"> {
  const slash = text.indexOf("/");
  if (slash <= 0) return { series: "train", y: text };
  return { series: text.slice(0, slash), y: text.slice(slash + 1) };
}

const isNone = (text: string) => text === "" || text.toLowerCase() === "none";

function wrong(text: string, what: string): UserError {
  return new UserError(
    "usage",
    `--plots_to_make ${JSON.stringify(text)}: ${what}.`,
    'For example --plots_to_make "epoch, accuracy" or --plots_to_make "None, loss, None, None, 0, 2".',
  );
}
