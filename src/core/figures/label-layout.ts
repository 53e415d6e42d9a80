/** How labels are put under the places of an axis. */
export type LabelLayout = {
  /** Width of a place, pixels. */
  readonly step: number;
  /** Axis properties of Vega-Lite that belong to it. */
  readonly axis: Readonly<Record<string, number | string | boolean>>;
  /** The lines of a label as they are printed. */
  readonly shorten: (lines: readonly string[]) => readonly string[];
};

/** Mean width of a letter of an axis label, pixels. */
const LETTER_WIDTH = 6.6;
const LINE_HEIGHT = 14;
const GAP = 14;
const MIN_STEP = 64;
const MAX_STEP = 150;
const SLANT = -60;
/** Between slanted labels of so many lines: closer ones would touch. */
const slantedStep = (lines: number) =>
  4 + Math.ceil((lines * LINE_HEIGHT) / Math.sin((Math.abs(SLANT) * Math.PI) / 180));
/** Letters of a line of a slanted label. */
const MAX_LETTERS = 22;

/**
 * Horizontal labels where they fit, slanted ones elsewhere.
 * @param labels - the lines of each label
 * @param places - number of places on the axis
 * @param width - for all places, pixels
 */
export function layoutLabels(
  labels: readonly (readonly string[])[],
  places: number,
  width: number,
): LabelLayout {
  const room = width / places;
  const longest = Math.max(0, ...labels.flat().map(({ length }) => length));
  const step = Math.max(MIN_STEP, LETTER_WIDTH * longest + GAP);
  const axis = { labelLimit: 0, labelOverlap: false, labelLineHeight: LINE_HEIGHT };
  if (step <= Math.min(room, MAX_STEP)) {
    return { step, axis: { ...axis, labelAngle: 0 }, shorten: (lines) => lines };
  }
  const lines = Math.max(1, ...labels.map(({ length }) => length));
  return {
    step: Math.max(slantedStep(lines), Math.min(MIN_STEP, room)),
    axis: {
      ...axis,
      labelAngle: SLANT,
      labelAlign: "right",
      labelBaseline: "middle",
      // Rotated lines stack to the right: the first one goes to the left by half of the rest.
      labelOffset: (-(lines - 1) * LINE_HEIGHT) / 2,
    },
    shorten: (all) => all.map((line) => shortenMiddle(line, MAX_LETTERS)),
  };
}

/**
 * The beginning and the end, which tell names apart that are numbered or share a beginning.
 * @param letters - at most, at least 3
 */
export function shortenMiddle(line: string, letters: number): string {
  if (line.length <= letters) return line;
  const kept = letters - 1;
  const end = Math.floor(kept / 2);
  return `${line.slice(0, kept - end)}…${line.slice(-end)}`;
}
