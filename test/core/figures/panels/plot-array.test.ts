import { expect } from "chai";

import type { FigureStyle } from "../../../../src/core/figures/image-format.ts";
import { type ArrayRun, plotArray } from "../../../../src/core/figures/panels/plot-array.ts";
import { figureWarnings } from "../../../support/figure-warnings.ts";

function run(experiment: number, seed: number, part: Partial<ArrayRun> = {}): ArrayRun {
  const strokes = [[[0, 0.5] as const, [1, experiment / 10] as const]];
  const varied = { learningRate: experiment / 1000, "a\u0007<b>": "x" };
  return { experiment, seed, varied, strokes, state: undefined, ...part };
}

function pagesOf(
  kind: "grid" | "random",
  runs: readonly ArrayRun[],
  style: FigureStyle = "screen",
): readonly object[] {
  const titles = { title: "accuracy of a", xTitle: "epoch", yTitle: "accuracy" };
  const array = { runs, kind, ...titles, caption: [], limits: {}, style };
  return plotArray(array).map((page) => page());
}

const NONE = { strokes: [] };

describe("plotArray", () => {
  for (const kind of ["grid", "random"] as const) {
    it(`draws ${kind} searches without a warning`, () => {
      const runs = [1, 2, 3].flatMap((experiment) => [1, 2].map((seed) => run(experiment, seed)));
      expect(pagesOf(kind, runs).flatMap(figureWarnings)).to.deep.equal([]);
      const nothing = runs.map((one) => ({ ...one, ...NONE, state: "UNHATCHED" }));
      expect(pagesOf(kind, nothing).flatMap(figureWarnings)).to.deep.equal([]);
    });
  }

  it("fits the pages of a paper, with as many more of them", () => {
    const runs = Array.from({ length: 100 }, (_, index) => run(index + 1, 1));
    expect(pagesOf("random", runs)).to.have.length(1);
    const pages = pagesOf("random", runs, "paper");
    expect(pages.length).to.be.above(1);
    for (const page of pages) {
      expect(page).to.have.property("width").below(672);
      expect(page).to.have.property("height").below(864);
    }
  });

  it("writes the parameters and the states into the panels", () => {
    const states = ["UNHATCHED", "OPENED", "CRASH", "no such metric", "no data"];
    const runs = states.map((state, index) => run(index + 1, 1, { ...NONE, state }));
    for (const kind of ["grid", "random"] as const) {
      const text = JSON.stringify(pagesOf(kind, runs));
      for (const state of states) expect(text).to.include(`"text":"${state}"`);
      for (const { experiment } of runs)
        expect(text).to.include(`learningRate = 0.00${experiment}`);
      expect(text).not.to.include("\u0007");
    }
  });

  it("draws a line across every panel for each reference, and curves of one kind in one colour", () => {
    const runs = [run(1, 1), run(2, 1)];
    const titles = { title: "accuracy of a", xTitle: "epoch", yTitle: "accuracy", caption: [] };
    const references = [{ label: "SVM", value: 0.4, colour: "#abcdef" }];
    const [page] = plotArray({
      ...{ runs, kind: "random", style: "screen", limits: {}, references, colour: "#123456" },
      ...titles,
    });
    const specification = page?.() ?? {};
    expect(figureWarnings(specification)).to.deep.equal([]);
    const text = JSON.stringify(specification);
    const { layer } = specification as { layer: { mark?: object; data?: { values: object[] } }[] };
    const line = layer.find(
      ({ mark }) => mark !== undefined && JSON.stringify(mark).includes("#abcdef"),
    );
    expect(line?.data?.values).to.have.length(2);
    expect(text).to.include("#123456");
  });

  it("names the seeds of a panel that have no curve", () => {
    const runs = [run(1, 1), run(1, 2, { ...NONE, state: "CRASH" }), run(1, 3)];
    expect(JSON.stringify(pagesOf("grid", runs))).to.include("CRASH seed 2");
  });

  it("gives each seed a colour and dashes of its own, the same in every panel", () => {
    const runs = [1, 2].flatMap((experiment) => [7, 8].map((seed) => run(experiment, seed)));
    const text = JSON.stringify(pagesOf("grid", runs));
    expect(text).to.include('"domain":["seed 7","seed 8"],"range":["#0072B2","#D55E00"]');
    expect(text).to.include('"domain":["seed 7","seed 8"],"range":[[],[5,2]]');
  });

  it("draws thousands of panels over several pages, with the same axes", () => {
    const runs = Array.from({ length: 2500 }, (_, index) => run(index + 1, 1));
    const pages = pagesOf("random", runs);
    expect(pages).to.have.length(25);
    expect(JSON.stringify(pages[24])).to.include("page 25 of 25").and.include("experiment 2500");
  });
});
