import { expect } from "chai";

import { type IntervalPanel, intervalPanels } from "../../../src/core/figures/interval-panels.ts";
import { linePanels } from "../../../src/core/figures/line-panels.ts";
import { optimismGapFigure } from "../../../src/core/figures/optimism-gap.ts";
import { summariseSeeds } from "../../../src/core/analysis/seed-summary.ts";
import { createImages } from "../../../src/io/images.ts";

/** Seven inches of 96 units: the text of a page of two columns. */
const PAGE = 672;
const images = createImages();

async function widthOf(figure: object): Promise<number> {
  const svg = new TextDecoder().decode(await images.render(figure, "svg"));
  return Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
}

const FRAME = { title: "A title", caption: ["How it was made, in a sentence. ".repeat(8).trim()] };

describe("the width of figures", () => {
  for (const panels of [1, 2, 3, 6]) {
    it(`lets ${panels} panels of lines stand on a page of two columns`, async () => {
      const points = [1, 20, 40].map((x) => ({ x, y: x / 1000, low: 0, high: 0.04 }));
      const figure = linePanels({
        ...FRAME,
        panels: Array.from({ length: panels }, (_, index) => ({
          name: `task ${index}`,
          lines: [{ label: `model ${index} (n = 5)`, points }],
        })),
        x: { title: "epoch" },
        y: { title: "accuracy", hint: "higher is better ↑", isScore: true },
      });
      expect(await widthOf(figure)).to.be.at.most(PAGE);
    });

    it(`lets ${panels} panels of intervals stand there`, async () => {
      const panel: IntervalPanel = {
        name: "digits: softmax",
        x: "importance",
        rows: ["learningRate", "hiddenUnits"].map((label) => ({
          ...{ label, series: label, estimate: -0.00231 },
          interval: { low: -0.0398, high: -0.00644 },
        })),
      };
      const figure = intervalPanels({
        ...FRAME,
        panels: Array.from({ length: panels }, () => panel),
      });
      expect(await widthOf(figure)).to.be.at.most(PAGE);
    });
  }

  it("leaves room for the longest name of what was retrained", async () => {
    const label = `${"x".repeat(36)} experiment12 (n = 3, 5)`;
    const [searched, retrained] = [summariseSeeds([0.9, 0.8, 0.85]), summariseSeeds([0.7, 0.6])];
    const figure = optimismGapFigure({
      ...FRAME,
      rows: [{ task: "digits", label, searched, retrained }],
      metric: "accuracy",
      hint: "higher is better →",
    });
    expect(await widthOf(figure)).to.be.at.most(PAGE);
  });
});
