import { expect } from "chai";

import { summariseSeeds } from "../../../src/core/analysis/seed-summary.ts";
import { type GapRow, optimismGapFigure } from "../../../src/core/figures/optimism-gap.ts";
import { createImages } from "../../../src/io/images.ts";

const row = (task: string, label: string, searched: number[], retrained: number[]): GapRow => ({
  task,
  label,
  searched: summariseSeeds(searched),
  retrained: summariseSeeds(retrained),
});

async function svgOf(rows: readonly GapRow[]): Promise<string> {
  const figure = optimismGapFigure({
    rows,
    metric: "accuracy",
    hint: "higher is better →",
    caption: ["how it was scored"],
  });
  return new TextDecoder().decode(await createImages().render(figure, "svg"));
}

describe("optimismGapFigure", () => {
  it("names every row, task, side and the metric", async () => {
    const svg = await svgOf([
      row("digits", "ab1 mlp experiment2", [0.9, 0.8, 0.85], [0.7, 0.6, 0.65, 0.7]),
      row("digits", "ab2 softmax experiment4", [0.5], [0.4]),
      row("letters", "ab3 mlp experiment1", [0.2, 0.3], [0.1, 0.2]),
    ]);
    for (const text of ["experiment2", "experiment4", "experiment1", "digits", "letters"]) {
      expect(svg).to.include(text);
    }
    expect(svg).to.include("in the search").and.include("retrained").and.include("accuracy");
  });

  it("draws one side alone, and scores that are all the same", async () => {
    const svg = await svgOf([row("digits", "one", [], [0.5]), row("digits", "two", [0.5], [0.5])]);
    expect(svg.match(/aria-roledescription="point"|<path[^>]*stroke="#333333"/g)).not.to.equal(
      null,
    );
    expect(svg).not.to.include("NaN");
  });

  it("shows labels as they are, whatever is in them", async () => {
    const hostile = "\"] || alert('x') || [\"\\";
    const svg = await svgOf([row("digits", hostile, [0.5], [0.5])]);
    expect(svg).to.match(/alert\((?:.|&#39;|&apos;)x/);
  });
});
