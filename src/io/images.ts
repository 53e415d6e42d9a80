import { createRequire } from "node:module";

import type { View } from "vega";

import { isConfig } from "../core/config/config.ts";
import { UserError } from "../errors.ts";
import type { ImageFormat, RenderOptions } from "../core/figures/image-format.ts";
import { withZoom } from "../core/figures/zoom.ts";
import type { Images } from "../host.ts";
import { figurePage } from "./figure-page.ts";

/** Units of a figure, pixels of the web, to the inch. */
const UNITS_PER_INCH = 96;
const PNG_DPI = 192;
/** A quarter faster than the default 6, and a fiftieth longer. */
const PNG_COMPRESSION = { compressionLevel: 3 } as const;
/** Figures count in pixels, 96 to the inch, PDF in points, 72 to the inch. */
const POINTS_PER_PIXEL = 0.75;
const RANDOM_SEED = 42;
const FONT_FAMILY = "DejaVu Sans";
const FONT_FILES = [
  { file: "DejaVuSans.ttf", weight: "normal" },
  { file: "DejaVuSans-Bold.ttf", weight: "bold" },
] as const;

type Canvas = Pick<typeof import("canvas"), "registerFont">;

/**
 * Draws figures with vega, to PNG and PDF by node-canvas, which may be missing. All of them are loaded when
 * the first figure is drawn.
 * @param loadCanvas - replaced by tests of a machine without node-canvas
 */
export function createImages(loadCanvas: () => Promise<Canvas> = () => import("canvas")): Images {
  let canvas: Promise<Error | undefined> | undefined;
  // One after the other: vega has one source of chance for all figures.
  let previous: Promise<unknown> = Promise.resolve();
  const viewOf = viewKeeper();
  const draw = async (specification: object, format: ImageFormat, options: RenderOptions) => {
    canvas ??= prepareCanvas(loadCanvas);
    const failure = await canvas;
    if (format === "svg") return drawSvg(await viewOf(specification), options);
    if (format === "html") {
      const { specification: zoomed, isZoomable } = withZoom(withTooltips(specification));
      return figurePage(await compileFigure(zoomed), { ...options, isZoomable });
    }
    if (failure !== undefined) throw canvasMissing(format, failure);
    const view = await viewOf(specification);
    return format === "pdf" ? drawPdf(view, options) : drawPng(view, options);
  };
  return {
    render: (specification, format, options = {}) => {
      const result = previous.then(() => draw(specification, format, options));
      previous = result.catch(() => undefined);
      return result;
    },
  };
}

/** Makes node-canvas know our fonts, before vega measures the first text. @returns why it cannot be used */
async function prepareCanvas(loadCanvas: () => Promise<Canvas>): Promise<Error | undefined> {
  let canvas: Canvas;
  try {
    canvas = await loadCanvas();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const { resolve } = createRequire(import.meta.url);
  for (const { file, weight } of FONT_FILES) {
    canvas.registerFont(resolve(`dejavu-fonts-ttf/ttf/${file}`), { family: FONT_FAMILY, weight });
  }
  return undefined;
}

/** The data under the pointer as they are: texts made of titles would be expressions, to which a backslash is no letter. */
function withTooltips(specification: object): object {
  const config: unknown = "config" in specification ? specification.config : undefined;
  const own = isConfig(config) ? config : {};
  const mark = isConfig(own["mark"]) ? own["mark"] : {};
  return { ...specification, config: { ...own, mark: { ...mark, tooltip: { content: "data" } } } };
}

async function drawSvg(view: View, { size }: RenderOptions): Promise<Uint8Array> {
  const svg = await view.toSVG(size);
  return new TextEncoder().encode(`${svg}\n`);
}

async function drawPng(
  view: View,
  { size = 1, dpi = PNG_DPI }: RenderOptions,
): Promise<Uint8Array> {
  const canvas: unknown = await view.toCanvas((size * dpi) / UNITS_PER_INCH);
  if (!isNodeCanvas(canvas)) throw new Error("vega gave no canvas of node-canvas");
  // The resolution makes programs that print show it in its size.
  return canvas.toBuffer("image/png", { ...PNG_COMPRESSION, resolution: dpi });
}

async function drawPdf(view: View, { size = 1 }: RenderOptions): Promise<Uint8Array> {
  const canvas: unknown = await view.toCanvas(POINTS_PER_PIXEL * size, { type: "pdf" });
  if (!isNodeCanvas(canvas)) throw new Error("vega gave no canvas of node-canvas");
  // Without a date of its own it gets the present one, and no two files are the same.
  return canvas.toBuffer("application/pdf", { creationDate: new Date(0) });
}

/** A figure is wanted in one format after the other: its view is kept until another one comes. */
function viewKeeper(): (specification: object) => Promise<View> {
  let kept: { readonly text: string; readonly view: View } | undefined;
  return async (specification) => {
    const text = JSON.stringify(specification);
    if (kept?.text === text) return kept.view;
    kept?.view.finalize();
    kept = undefined;
    const view = await createView(specification);
    kept = { text, view };
    return view;
  };
}

/** The specification in vega's own language. */
async function compileFigure(specification: object) {
  const vega = await import("vega");
  const { compile } = await import("vega-lite");
  // The specifications are ours alone; tests compile them, and there a warning is a failure.
  const { spec } = compile(specification as Parameters<typeof compile>[0], {
    logger: vega.logger(vega.None),
  });
  return spec;
}

async function createView(specification: object): Promise<View> {
  const vega = await import("vega");
  // Its declarations leave them out.
  const { randomLCG, setRandom } = vega as unknown as VegaRandom;
  setRandom(randomLCG(RANDOM_SEED));
  const runtime = vega.parse(await compileFigure(specification));
  return new vega.View(runtime, { renderer: "none", logLevel: vega.None });
}

/** Exported by vega from vega-statistics. */
type VegaRandom = {
  readonly randomLCG: (seed: number) => () => number;
  readonly setRandom: (random: () => number) => void;
};

function canvasMissing(format: "png" | "pdf", cause: Error): UserError {
  return new UserError(
    "unavailable",
    `${format.toUpperCase()} figures need the package canvas, which cannot be loaded: ${cause.message.split("\n")[0] ?? ""}`,
    "Install it with `npm install canvas` (it may need the headers of cairo and pango), or use the SVG or HTML figure.",
    { cause },
  );
}

type NodeCanvas = {
  readonly toBuffer: (
    mime: "image/png" | "application/pdf",
    options?: { readonly creationDate: Date } | (typeof PNG_COMPRESSION & { resolution: number }),
  ) => Uint8Array;
};

function isNodeCanvas(value: unknown): value is NodeCanvas {
  return (
    typeof value === "object" &&
    value !== null &&
    "toBuffer" in value &&
    typeof value.toBuffer === "function"
  );
}
