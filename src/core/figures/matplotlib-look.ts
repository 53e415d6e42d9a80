import type { ConfigValue } from "../config/config.ts";
import { isList } from "../config/config.ts";
import { CSS_COLOURS } from "./css-colours.ts";

/** What matplotlib means by one letter. */
const LETTERS: Readonly<Record<string, string>> = {
  b: "#0000ff",
  g: "#008000",
  r: "#ff0000",
  c: "#00bfbf",
  m: "#bf00bf",
  y: "#bfbf00",
  k: "#000000",
  w: "#ffffff",
};

/** Its cycle of colours, `C0` to `C9`, and their names. */
const CYCLE = [
  ["blue", "#1f77b4"],
  ["orange", "#ff7f0e"],
  ["green", "#2ca02c"],
  ["red", "#d62728"],
  ["purple", "#9467bd"],
  ["brown", "#8c564b"],
  ["pink", "#e377c2"],
  ["gray", "#7f7f7f"],
  ["olive", "#bcbd22"],
  ["cyan", "#17becf"],
] as const;

/** Written in the unit square around the middle, as vega has shapes of one's own. */
const STAR =
  "M0,-1L0.235,-0.324L0.951,-0.309L0.38,0.124L0.588,0.809L0,0.4L-0.588,0.809L-0.38,0.124L-0.951,-0.309L-0.235,-0.324Z";
const X =
  "M-0.4,-0.8L0,-0.4L0.4,-0.8L0.8,-0.4L0.4,0L0.8,0.4L0.4,0.8L0,0.4L-0.4,0.8L-0.8,0.4L-0.4,0L-0.8,-0.4Z";
const PENTAGON = "M0,-0.9L0.856,-0.278L0.529,0.728L-0.529,0.728L-0.856,-0.278Z";
const HEXAGON = "M0,-0.9L0.779,-0.45L0.779,0.45L0,0.9L-0.779,0.45L-0.779,-0.45Z";
const BAR = "M-0.2,-0.9L0.2,-0.9L0.2,0.9L-0.2,0.9Z";
const DASH = "M-0.9,-0.2L0.9,-0.2L0.9,0.2L-0.9,0.2Z";
const NOTHING = "M0,0";

const MARKERS: Readonly<Record<string, string>> = {
  ...{ o: "circle", ".": "circle", ",": "circle", s: "square", D: "diamond", d: "diamond" },
  ...{ "^": "triangle-up", v: "triangle-down", "<": "triangle-left", ">": "triangle-right" },
  ...{ "1": "triangle-down", "2": "triangle-up", "3": "triangle-left", "4": "triangle-right" },
  ...{ "+": "cross", P: "cross", x: X, X, "*": STAR, p: PENTAGON, h: HEXAGON, H: HEXAGON },
  ...{ "8": HEXAGON, "|": BAR, _: DASH, "": NOTHING, " ": NOTHING, None: NOTHING, none: NOTHING },
};

const DASHES: Readonly<Record<string, readonly number[]>> = {
  ...{ "-": [1, 0], solid: [1, 0], "--": [6, 3], dashed: [6, 3], ":": [2, 2], dotted: [2, 2] },
  ...{ "-.": [7, 2, 2, 2], dashdot: [7, 2, 2, 2] },
};

/** The colour that matplotlib means, as browsers write it; undefined for what is none. */
export function matplotlibColour(value: ConfigValue): string | undefined {
  if (isList(value)) return fromParts(value);
  if (typeof value !== "string") return undefined;
  const name = value.trim();
  if (/^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(name)) return name.toLowerCase();
  const cycled = /^C(\d)$/.exec(name)?.[1];
  if (cycled !== undefined) return CYCLE[Number(cycled)]?.[1];
  const lower = name.toLowerCase();
  const named = CYCLE.find(
    ([of]) => lower === `tab:${of}` || lower.replace("grey", "gray") === `tab:${of}`,
  );
  if (named !== undefined) return named[1];
  if (Object.hasOwn(LETTERS, name)) return LETTERS[name];
  if (CSS_COLOURS.has(lower)) return lower;
  // A text with a number is a grey.
  const share = /^\d*\.?\d+$/.test(name) ? Number(name) : Number.NaN;
  return share >= 0 && share <= 1 ? fromParts([share, share, share]) : undefined;
}

/** `[red, green, blue]`, each from 0 to 1; how opaque it is, a fourth, is left out. */
function fromParts(parts: readonly ConfigValue[]): string | undefined {
  if (parts.length !== 3 && parts.length !== 4) return undefined;
  const digits = parts.slice(0, 3).map((part) => {
    if (typeof part !== "number" || !(part >= 0 && part <= 1)) return undefined;
    return Math.round(part * 255)
      .toString(16)
      .padStart(2, "0");
  });
  return digits.includes(undefined) ? undefined : `#${digits.join("")}`;
}

/** The shape of vega that a marker of matplotlib comes nearest to; null: none, as good as none said. */
export function matplotlibMarker(value: ConfigValue): string | undefined {
  if (value === null) return NOTHING;
  return typeof value === "string" && Object.hasOwn(MARKERS, value) ? MARKERS[value] : undefined;
}

/** Lengths of line and gap, pixels. */
export function matplotlibDash(value: ConfigValue): readonly number[] | undefined {
  return typeof value === "string" && Object.hasOwn(DASHES, value) ? DASHES[value] : undefined;
}
