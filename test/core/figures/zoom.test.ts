import { expect } from "chai";

import { intervalPanels } from "../../../src/core/figures/interval-panels.ts";
import { linePanels } from "../../../src/core/figures/line-panels.ts";
import { withZoom } from "../../../src/core/figures/zoom.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

const CURVES = linePanels({
  title: "Learning curves",
  caption: [],
  panels: ["digits", "wine"].map((name) => ({
    name,
    lines: [
      { label: "mlp", points: [1, 2, 3].map((x) => ({ x, y: 10 ** (3 * x), low: 1, high: 2 })) },
    ],
    faint: [{ label: "", points: [{ x: 1, y: 1 }] }],
    references: [{ label: "SVM", value: 7 }],
  })),
  x: { title: "epoch" },
  y: { title: "loss", isScore: true },
});

describe("withZoom", () => {
  it("binds the axes of each panel with curves, and nothing else of the figure changes", () => {
    const { specification, isZoomable } = withZoom(CURVES);
    expect(isZoomable).to.equal(true);
    const text = JSON.stringify(specification);
    expect(text.match(/"bind":"scales"/g)).to.have.length(2);
    expect(text).to.include('"name":"zoom0"').and.include('"name":"zoom1"');
    const without = text
      .replaceAll(/,"params":\[[^\]]*\]\},"bind":"scales"\}\]/g, "")
      .replaceAll(',"clip":false', "");
    expect(JSON.parse(without)).to.deep.equal(JSON.parse(JSON.stringify(CURVES)));
    expect(figureWarnings(specification)).to.deep.equal([]);
  });

  it("leaves figures without curves, and what is no figure, as they are", () => {
    const row = { label: "a", series: "a", estimate: 1, interval: undefined };
    const panels = [{ name: "digits", x: "score", rows: [row] }];
    const scores = intervalPanels({ title: "Scores", caption: [], panels });
    for (const figure of [scores, {}, { concat: 3 }, { concat: [null, { layer: [7] }] }]) {
      expect(withZoom(figure)).to.deep.equal({ specification: figure, isZoomable: false });
    }
  });
});
