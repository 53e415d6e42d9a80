export const IMAGE_FORMATS = ["png", "svg", "pdf", "html"] as const;
/** `html`: one page to look around in, which needs no network. */
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export type RenderOptions = {
  /** How large the whole figure is; 1, if it is not given: 96 of its units to the inch. */
  readonly size?: number;
  /** Of PNG: dots to the inch; 192, if it is not given. */
  readonly dpi?: number;
};

export const FIGURE_STYLES = ["screen", "paper"] as const;
/**
 * `paper`: no wider than the text of a page of two columns, 7 inches, no letter below 7 points.
 * `screen`: larger, to be read from further away; plot arrays have more panels on a page.
 */
export type FigureStyle = (typeof FIGURE_STYLES)[number];

const RENDERING: Readonly<Record<FigureStyle, RenderOptions>> = {
  screen: { size: 1.5, dpi: 96 },
  paper: { size: 1, dpi: 300 },
};

export const renderingOf = (style: FigureStyle): RenderOptions => RENDERING[style];
