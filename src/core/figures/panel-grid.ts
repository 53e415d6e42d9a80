import { FIGURE_CONFIG } from "./style.ts";

/** Pixels, 96 to the inch: the width of the text of a page of two columns, 7 inches, without the margin. */
export const PAGE_WIDTH = 644;
/** Space beside a panel for the axis, its title and the gap. */
const AXIS_WIDTH = 94;
const MAX_COLUMNS = 3;
/** Widths to height of a panel that stands alone, and of one among others. */
const RATIO = { alone: 0.5, among: 0.72 };

export type PanelSize = {
  readonly columns: number;
  /** Of the plotted area, pixels. */
  readonly width: number;
  readonly height: number;
};

/** Panels as large as the page allows: one, two or three beside each other. */
export function panelSize(panels: number): PanelSize {
  const columns = Math.max(1, panels > 4 ? MAX_COLUMNS : Math.min(2, panels));
  const width = Math.floor(PAGE_WIDTH / columns) - AXIS_WIDTH;
  const height = Math.round(width * (columns === 1 ? RATIO.alone : RATIO.among));
  return { columns, width, height };
}

export type FigureFrame = {
  readonly title: string;
  /** How the numbers came about, a line each. */
  readonly caption: readonly string[];
};

/** Panels beside and below each other, with one title and one caption. */
export function panelGrid(
  { title, caption }: FigureFrame,
  panels: readonly object[],
  columns: number,
): object {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: title, subtitle: wrapLines(caption) },
    concat: panels,
    columns,
    align: "each",
    spacing: { row: 28, column: 24 },
    config: FIGURE_CONFIG,
  };
}

/**
 * The name of a panel. Not a title: those of neighbouring panels stand at different heights.
 * @param limit - pixels; what is longer ends in an ellipsis, before it meets the next panel's
 */
export function panelName(text: string, limit: number): object {
  const look = { align: "left", fontSize: 13, fontWeight: "bold", limit };
  return { data: { values: [{}] }, mark: { type: "text", text, x: 0, y: -14, ...look } };
}

/** Letters of a line of the caption that fit on the page. */
const MAX_LETTERS = 106;

/** Lines of a caption, broken between words where they are wider than the page. */
export function wrapLines(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const wrapped: string[] = [];
    let current = "";
    for (const word of line.split(" ")) {
      if (current !== "" && current.length + 1 + word.length > MAX_LETTERS) {
        wrapped.push(current);
        current = word;
      } else {
        current = current === "" ? word : `${current} ${word}`;
      }
    }
    return [...wrapped, current];
  });
}
