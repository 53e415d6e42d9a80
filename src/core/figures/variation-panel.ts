import type { ConfigValue } from "../config/config.ts";

/** A value that an experiment has of a varied parameter. */
export type VariedValue = {
  readonly value: ConfigValue;
  /** It was there before the others were added. */
  readonly isEarlier: boolean;
};

/** Pixels, 96 to the inch, of the panel of one parameter. */
export const PANEL_WIDTH = 190;
export const ROW_HEIGHT = 15;
/** As many rows as fit the height of a panel; what is rarer is counted together. */
export const MAX_CATEGORIES = 8;
export const PANEL_HEIGHT = MAX_CATEGORIES * ROW_HEIGHT;
/** Light enough for the points on it, and darker than {@link EARLIER} in print without colours. */
export const ADDED = "#72ADD3";
/** Of experiments that were there before. */
export const EARLIER = "#D4D4D4";

/** The axis that counts experiments. */
export const countAxis = (side: "x" | "y") => ({
  tickMinStep: 1,
  tickCount: 3,
  format: "d",
  grid: side === "y",
  ticks: side === "x",
});

/** At most `length` letters. */
export const shorten = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
