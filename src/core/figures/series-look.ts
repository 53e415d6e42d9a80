/**
 * How lines and points of the same series look in every panel: a colour that people with any colour
 * vision can tell from the others, and a dash and a shape that stay in print without colours.
 */
export type SeriesLook = {
  readonly colour: string;
  /** Lengths of line and gap, pixels. */
  readonly dash: readonly number[];
  /** A symbol of Vega. */
  readonly shape: string;
};

/** Of Okabe & Ito, without the yellow, which is no line on white. */
const LOOKS: readonly SeriesLook[] = [
  { colour: "#0072B2", dash: [1, 0], shape: "circle" },
  { colour: "#D55E00", dash: [7, 2], shape: "square" },
  { colour: "#009E73", dash: [2, 2], shape: "triangle-up" },
  { colour: "#CC79A7", dash: [8, 2, 2, 2], shape: "diamond" },
  { colour: "#000000", dash: [4, 4], shape: "cross" },
  { colour: "#E69F00", dash: [12, 3], shape: "triangle-down" },
  { colour: "#56B4E9", dash: [8, 2, 2, 2, 2, 2], shape: "triangle-right" },
];

/** More series cannot be told apart in one panel. */
export const MAX_SERIES = LOOKS.length;

/** From one round of colours to the next, dashes and shapes move on by so many: prime to their number. */
const SHIFT = 3;

/** The look of the `index`th series: from {@link MAX_SERIES} on a colour comes again with another shape. */
export function lookOf(index: number): SeriesLook {
  const round = Math.floor(index / LOOKS.length);
  const usual = { colour: "#333333", dash: [1, 0], shape: "circle" };
  const { colour } = LOOKS[index % LOOKS.length] ?? usual;
  const { dash, shape } = LOOKS[(index + SHIFT * round) % LOOKS.length] ?? usual;
  return { colour, dash, shape };
}

/** The colour of the `index`th kind of thing. */
export const colourOf = (index: number): string => lookOf(index).colour;

/** What somebody chose of a look; the rest is ours. */
export type OwnLook = Partial<Pick<SeriesLook, "colour" | "shape">>;

/** The looks of series: what was chosen for each; colours of ours are none that somebody chose. */
export function looksOf(own: readonly (OwnLook | undefined)[]): readonly SeriesLook[] {
  const chosen = new Set(own.flatMap((look) => look?.colour?.toLowerCase() ?? []));
  const free = LOOKS.filter(({ colour }) => !chosen.has(colour.toLowerCase()));
  const colours = (free.length > 0 ? free : LOOKS).map(({ colour }) => colour);
  return own.map((look, index) => {
    const usual = lookOf(index);
    return { ...usual, colour: colours[index % colours.length] ?? usual.colour, ...look };
  });
}

/** A series, as a legend names it, and what was chosen of its look. */
export type Series = { readonly label: string; readonly look?: OwnLook | undefined };

/** Each label once, where it comes first. */
export function distinctSeries(all: readonly Series[]): readonly Series[] {
  const first = new Map<string, Series>();
  for (const one of all) if (!first.has(one.label)) first.set(one.label, one);
  return [...first.values()];
}

/** Encodings of the field `series`, which share one legend. @param series - in the order of the legend */
export function seriesEncodings(series: readonly Series[], columns: number) {
  const labels = series.map(({ label }) => label);
  const looks = looksOf(series.map(({ look }) => look));
  const legend = {
    title: null,
    orient: "bottom",
    direction: "horizontal",
    columns,
    labelLimit: 0,
    // Not as faint as the bands, which share the legend.
    symbolOpacity: 1,
    // The outline would have the dashes of the line.
    symbolStrokeWidth: 0,
    symbolSize: 80,
    rowPadding: 4,
    columnPadding: 24,
  };
  const encoding = (rangeOf: (look: SeriesLook) => unknown) => ({
    field: "series",
    type: "nominal",
    scale: { domain: labels, range: looks.map(rangeOf) },
    legend,
  });
  return {
    color: encoding(({ colour }) => colour),
    strokeDash: encoding(({ dash }) => dash),
    shape: encoding(({ shape }) => shape),
  };
}
