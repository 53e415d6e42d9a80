/** Shipped with the package as TrueType files, so that a figure looks the same everywhere. */
export const FIGURE_FONT = "DejaVu Sans";

/** Colour of lines and outlines. */
export const INK = "#333333";

/** What the figures have in common. */
export const FIGURE_CONFIG = {
  background: "white",
  // Descriptions of single marks are expressions that vega-lite makes of the titles, and in which a
  // backslash of a name would be an escape: the texts of the figure are read aloud without them.
  mark: { aria: false },
  font: FIGURE_FONT,
  padding: 14,
  view: { stroke: null },
  title: {
    anchor: "start",
    fontSize: 15,
    fontWeight: "bold",
    offset: 18,
    subtitleFontSize: 11,
    subtitleColor: "#555555",
    subtitlePadding: 8,
    subtitleLineHeight: 16,
  },
  axis: {
    labelFontSize: 11,
    labelColor: "#222222",
    labelLimit: 300,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 10,
    domainColor: INK,
    tickColor: INK,
    gridColor: "#e6e6e6",
  },
  // A number stands under its place, at the ends of the axis too.
  axisX: { ticks: false, grid: false, labelPadding: 8, labelFlush: false, labelSeparation: 8 },
} as const;
