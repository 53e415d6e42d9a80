import type { FigureStyle } from "../image-format.ts";
import { type Config, type ConfigValue, isList } from "../../config/config.ts";
import { canonicalJson } from "../../config/identity.ts";
import type { SearchName } from "../../search-name.ts";
import type { ReferenceLine } from "../reference-lines.ts";
import { panelLimits, type WantedLimits } from "./limits.ts";
import { type Panel, panelPage, type PanelPage, rowHeight } from "./panel-page.ts";
import { gridRows, paginate, type PlacedPanels, sequenceRows } from "./panel-pages.ts";
import type { Stroke } from "./thin-curve.ts";

/** A run of a plot array. */
export type ArrayRun = {
  readonly experiment: number;
  readonly seed: number;
  readonly varied: Config;
  readonly strokes: readonly Stroke[];
  /** Why there is no curve, or no whole one. */
  readonly state: string | undefined;
};

export type PlotArray = {
  /** By experiment. */
  readonly runs: readonly ArrayRun[];
  /** Of the search; of a random one each run has a panel, of others each experiment. */
  readonly kind: SearchName["kind"];
  readonly title: string;
  readonly caption: readonly string[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly limits: WantedLimits;
  readonly style: FigureStyle;
  /** Across every panel. */
  readonly references?: readonly ReferenceLine[];
  /** Of the curves, where all of them have the same. */
  readonly colour?: string | undefined;
};

/**
 * What a page is in units of the figure, 96 to the inch. On a screen, few columns would make pages longer
 * than wide by far; on paper, there is room for so much below title and caption.
 */
const PAGES = {
  screen: { width: 1000, columns: 10, panels: 100, rows: 20 },
  paper: { width: 644, columns: 6, panels: 100, height: 780 },
} as const;

/** Seeds that have a colour of their own in a panel. */
const MAX_LABELS = 12;

/** The pages of an array of learning curves, each a Vega-Lite specification that holds its data. */
export function plotArray(array: PlotArray): readonly (() => object)[] {
  const { runs, kind, title, xTitle, yTitle, references = [], colour } = array;
  const limits = panelLimits(
    runs.flatMap(({ strokes }) => strokes),
    array.limits,
    references.map(({ value }) => value),
  );
  const { width, columns, panels, ...page } = PAGES[array.style];
  const arrange = kind === "random" ? bySeeds : byParameters;
  const { rows, labels } = arrange(runs, columns);
  const onPage = rows.map((row) => row.slice(0, columns));
  const most = "rows" in page ? page.rows : Math.floor(page.height / rowHeight(onPage, width));
  const pages = paginate(rows, { columns, panels, rows: Math.max(1, most) });
  const cut = limits.isCut
    ? ["The y axis ends where few values lie beyond; they are drawn at its edge."]
    : [];
  const caption = [...array.caption, ...cut];
  const common = { width, xTitle, yTitle, limits, labels, references, colour, caption };
  return pages.map((page, index) => () => {
    const number = pages.length === 1 ? "" : `, page ${index + 1} of ${pages.length}`;
    return panelPage({ ...common, title: `${title}${number}`, rows: page });
  });
}

type Arranged = { readonly rows: PlacedPanels<Panel>; readonly labels: PanelPage["labels"] };

/** A panel for each experiment with the curves of its seeds. */
function byParameters(runs: readonly ArrayRun[], columns: number): Arranged {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const experiments = new Map<number, ArrayRun[]>();
  for (const run of runs) {
    const found = experiments.get(run.experiment);
    if (found === undefined) experiments.set(run.experiment, [run]);
    else found.push(run);
  }
  const all = [...experiments].map(([experiment, own]) => ({
    experiment,
    varied: own[0]?.varied ?? {},
    own,
  }));
  const labels = seeds.length > MAX_LABELS ? ["seeds"] : seeds.map((seed) => `seed ${seed}`);
  const panels = (gridRows(all) ?? sequenceRows(all, columns)).map((row) =>
    row.map((one): Panel | undefined => {
      if (one === undefined) return undefined;
      const curves = one.own
        .filter(({ strokes }) => strokes.length > 0)
        .map(({ seed, strokes }) => {
          const label = labels.length === 1 ? (labels[0] ?? "") : `seed ${seed}`;
          return { label, strokes };
        });
      return { title: titleOf(one.experiment, one.varied), curves, states: statesOf(one.own) };
    }),
  );
  return { rows: panels, labels };
}

/** A panel for each run: experiments down, seeds across. */
function bySeeds(runs: readonly ArrayRun[], columns: number): Arranged {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const at = new Map(runs.map((run) => [`${run.experiment} ${run.seed}`, run]));
  const experiments = [...new Set(runs.map(({ experiment }) => experiment))];
  const toPanel = (run: ArrayRun): Panel => ({
    title: titleOf(run.experiment, run.varied, run.seed),
    curves: run.strokes.length === 0 ? [] : [{ label: "run", strokes: run.strokes }],
    states: run.state === undefined ? [] : [run.state],
  });
  // A column alone would waste the page.
  if (seeds.length === 1)
    return { rows: sequenceRows(runs.map(toPanel), columns), labels: ["run"] };
  const rows = experiments.map((experiment) =>
    seeds.map((seed) => {
      const run = at.get(`${experiment} ${seed}`);
      return run && toPanel(run);
    }),
  );
  return { rows, labels: ["run"] };
}

function titleOf(experiment: number, varied: Config, seed?: number): Panel["title"] {
  return [
    ["", `experiment ${experiment}`],
    ...(seed === undefined ? [] : [["", `seed ${seed}`] as const]),
    ...Object.entries(varied).map(([name, value]) => [name, formatValue(value)] as const),
  ];
}

function formatValue(value: ConfigValue): string {
  if (typeof value === "number") return String(Number(value.toPrecision(4)));
  if (typeof value === "string") return value;
  return isList(value) ? `[${value.map(formatValue).join(",")}]` : canonicalJson(value);
}

/** `CRASH`, or `CRASH seeds 1, 3` if not all of them are. */
function statesOf(runs: readonly ArrayRun[]): readonly string[] {
  const seeds = new Map<string, number[]>();
  for (const { state, seed } of runs) {
    if (state !== undefined) seeds.set(state, [...(seeds.get(state) ?? []), seed]);
  }
  return [...seeds].map(([state, some]) => {
    if (some.length === runs.length) return state;
    return some.length <= 3
      ? `${state} ${some.length === 1 ? "seed" : "seeds"} ${some.join(", ")}`
      : `${state} × ${some.length}`;
  });
}
