import type {
  MarginalPoint,
  ParameterImportance,
} from "../analysis/importance/parameter-importance.ts";
import { type FigureFrame, panelGrid, panelName, panelSize } from "./panel-grid.ts";
import { parameterScale, scoreScale, type ScoreScale } from "./score-axis.ts";
import { lookOf } from "./series-look.ts";

export type MarginalsFigure = FigureFrame & {
  /** Most important first; at least one. */
  readonly parameters: readonly Pick<ParameterImportance, "name" | "kind" | "marginal">[];
  readonly y: { readonly title: string; readonly hint: string };
};

/** More do not fit on a page. */
export const MAX_MARGINALS = 9;
const NOT_SET = "not set";
const MAX_LABEL_WIDTH = 80;

/**
 * The score to expect at each value of a parameter, a panel for each, all on one scale, so that what
 * matters more is seen to move the score more.
 */
export function marginals(figure: MarginalsFigure): object {
  const parameters = figure.parameters.slice(0, MAX_MARGINALS);
  const size = panelSize(parameters.length);
  const ends = parameters.flatMap(({ marginal }) =>
    marginal.flatMap(({ expected, interval }) => [expected, interval.low, interval.high]),
  );
  // A logarithm of expected scores would show other differences than the scores have.
  const { nice, domain, ...scale } = scoreScale(ends.filter(Number.isFinite));
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: { ...scale, domain, nice },
    title:
      size.columns === 1 ? `${figure.y.title} (${figure.y.hint})` : [figure.y.title, figure.y.hint],
  });
  const panels = parameters.map((parameter) => ({
    width: size.width,
    height: size.height,
    layer: [
      panelName(parameter.name, size.width),
      ...(parameter.kind === "numeric" && parameter.marginal.every(isNumeric)
        ? numericLayers(parameter.marginal, y)
        : categoryLayers(parameter.marginal, y)),
    ],
  }));
  return panelGrid(figure, panels, size.columns);
}

const isNumeric = ({ value }: MarginalPoint) => typeof value === "number";
const COLOUR = lookOf(0).colour;

function numericLayers(
  marginal: readonly MarginalPoint[],
  y: (field: string) => object,
): readonly object[] {
  const values = marginal.map(datum);
  const all = marginal.flatMap(({ value }) => (typeof value === "number" ? value : []));
  const type = parameterScale(all);
  const domain = [Math.min(...all), Math.max(...all)];
  const scale: Partial<ScoreScale> | object = {
    type,
    domain,
    nice: false,
    ...(type === "log" ? {} : { zero: false }),
  };
  const x = {
    field: "value",
    type: "quantitative",
    scale,
    title: type === "log" ? "log scale" : null,
    axis: { tickCount: 5 },
  };
  return [
    {
      data: { values },
      layer: [
        {
          mark: { type: "area", color: COLOUR, opacity: 0.2 },
          encoding: { x, y: y("low"), y2: { field: "high" } },
        },
        {
          mark: { type: "line", color: COLOUR, strokeWidth: 2 },
          encoding: { x, y: y("expected") },
        },
        {
          mark: { type: "point", color: COLOUR, filled: true, size: 30 },
          encoding: { x, y: y("expected") },
        },
      ],
    },
  ];
}

function categoryLayers(
  marginal: readonly MarginalPoint[],
  y: (field: string) => object,
): readonly object[] {
  const values = marginal.map((point) => ({ ...datum(point), value: categoryName(point.value) }));
  const x = {
    field: "value",
    type: "nominal",
    sort: null,
    title: null,
    axis: { labelAngle: 0, labelLimit: MAX_LABEL_WIDTH },
  };
  return [
    {
      data: { values },
      layer: [
        {
          mark: { type: "rule", color: COLOUR, strokeWidth: 2 },
          encoding: { x, y: y("low"), y2: { field: "high" } },
        },
        {
          mark: { type: "point", color: COLOUR, filled: true, size: 60, opacity: 1 },
          encoding: { x, y: y("expected") },
        },
      ],
    },
  ];
}

function datum({ value, expected, interval }: MarginalPoint) {
  return { value, expected, low: interval.low, high: interval.high };
}

/** How figures and tables name a value. */
export function categoryName(value: MarginalPoint["value"]): string {
  if (value === undefined) return NOT_SET;
  return typeof value === "string" ? value : JSON.stringify(value);
}
