import { isConfig } from "../config/config.ts";

/** A figure of which parts can be looked at more closely. */
export type ZoomableFigure = {
  readonly specification: object;
  /** Whether it has a panel with curves; others stay as they are. */
  readonly isZoomable: boolean;
};

/**
 * Lets a reader drag and zoom the axes of panels with curves, each by itself, in a figure that is looked
 * at in a browser. Whatever lies outside of the axes is cut off then.
 * @param specification - Vega-Lite
 */
export function withZoom(specification: object): ZoomableFigure {
  const panels = partsOf(specification, "concat");
  const zoomed = panels.map((panel, index) => zoomPanel(panel, `zoom${index}`));
  return zoomed.every((panel) => panel === undefined)
    ? { specification, isZoomable: false }
    : {
        specification: { ...specification, concat: panels.map((one, i) => zoomed[i] ?? one) },
        isZoomable: true,
      };
}

function zoomPanel(panel: object, name: string): object | undefined {
  const layers = partsOf(panel, "layer");
  const curves = layers.find(isCurves);
  if (curves === undefined) return undefined;
  const select = { type: "interval", encodings: ["x", "y"] };
  return {
    ...panel,
    layer: layers.map((layer) => {
      if (layer === curves) return { ...layer, params: [{ name, select, bind: "scales" }] };
      // The name of a panel stands above its axes, where it would be cut off, too.
      return "encoding" in layer || "layer" in layer ? layer : unclipped(layer);
    }),
  };
}

const partsOf = (part: object, key: "concat" | "layer"): readonly object[] => {
  const parts: unknown = Object.entries(part).find(([name]) => name === key)?.[1];
  return Array.isArray(parts) ? parts.filter((one: unknown) => isConfig(one)) : [];
};

/** A layer of lines over two axes of numbers. */
function isCurves(layer: object): boolean {
  if (!("mark" in layer && isConfig(layer.mark) && layer.mark["type"] === "line")) return false;
  const encoding = "encoding" in layer && isConfig(layer.encoding) ? layer.encoding : {};
  return ["x", "y"].every((channel) => {
    const of = encoding[channel];
    return isConfig(of) && of["type"] === "quantitative" && of["axis"] !== null;
  });
}

function unclipped(layer: object): object {
  return "mark" in layer && isConfig(layer.mark)
    ? { ...layer, mark: { ...layer.mark, clip: false } }
    : layer;
}
