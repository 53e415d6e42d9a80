import { expect } from "chai";

import { intervalPanels, type IntervalRow } from "../../../src/core/figures/interval-panels.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

function row(label: string, estimate: number, reach?: number): IntervalRow {
  const interval =
    reach === undefined ? undefined : { low: estimate - reach, high: estimate + reach };
  return { label, series: label, estimate, interval, points: [estimate, Number.NaN] };
}

function draw(rows: readonly IntervalRow[], panels = 1): object {
  const all = Array.from({ length: panels }, (_, index) => {
    const references = [{ label: "chance", value: 0.5 }];
    return { name: `panel${index}`, rows, x: "score", references };
  });
  return intervalPanels({ title: "Numbers", caption: ["How."], panels: all });
}

describe("intervalPanels", () => {
  for (const panels of [1, 4]) {
    it(`draws ${panels} panels without a warning, whatever is missing`, () => {
      for (const rows of [
        [row("a", 0.5, 0.1), row("b", 0.7)],
        [row("a", Number.NaN)],
        [row("a", 0, 0)],
        [row("a long name that goes on for quite a while, and then some more", 1e9, 1)],
      ]) {
        expect(figureWarnings(draw(rows, panels))).to.deep.equal([]);
      }
    });
  }

  it("writes each number with its interval, and says where there is none", () => {
    const text = JSON.stringify(draw([row("a", 0.5, 0.125), row("b", 0.75), row("c", Number.NaN)]));
    expect(text)
      .to.include('"0.500 [0.375, 0.625]"')
      .and.to.include('"text":"0.75"')
      .and.to.include('"no number"');
  });

  it("writes as many digits for each number of a row, and a minus as the axis has it", () => {
    const text = JSON.stringify(draw([row("a", 0.05, 0.11), row("b", 1234.5, 40), row("c", 1, 0)]));
    expect(text)
      .to.include('"0.050 [\u22120.060, 0.160]"')
      .and.to.include('"1235 [1195, 1275]"')
      .and.to.include('"1.00 [1.00, 1.00]"');
  });

  it("draws what a label says for a short one", () => {
    const text = JSON.stringify(
      draw([{ ...row("a long name (n = 3)", 1), series: "a", short: "a… (n = 3)" }]),
    );
    expect(text).to.include("a… (n = 3)").and.not.to.include("a long name");
  });

  it("keeps rows apart that have the same label", () => {
    const text = JSON.stringify(draw([row("a", 1), row("a", 2)]));
    expect(text).to.include('[\\"a\\",\\"a\\"]');
  });
});
