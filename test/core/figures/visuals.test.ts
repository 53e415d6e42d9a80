import { expect } from "chai";
import * as fc from "fast-check";

import { parseAdditionalCurves, parseVisuals } from "../../../src/core/figures/visuals.ts";
import { UserError } from "../../../src/errors.ts";

const visualsOf = (value: unknown) => parseVisuals(JSON.stringify(value), "visuals_a.json");
const curvesOf = (value: unknown) =>
  parseAdditionalCurves(JSON.stringify(value), "additional_curves_a.json");

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("Expected a UserError");
}

describe("parseVisuals", () => {
  it("reads every part of a file of the original", () => {
    const visuals = visualsOf({
      titles_dict: { digits: "Handwritten digits" },
      axis_titles_dict: { epoch: "Epochs", accuracy: "Test accuracy" },
      labels_dict: { mlp: "Ours" },
      colors_dict: { mlp: "tab:orange" },
      markers_dict: { mlp: "^" },
    });
    expect([...visuals.titles]).to.deep.equal([["digits", "Handwritten digits"]]);
    expect(visuals.axisTitles.get("accuracy")).to.equal("Test accuracy");
    expect([...visuals.labels, ...visuals.colours, ...visuals.shapes]).to.deep.equal([
      ["mlp", "Ours"],
      ["mlp", "#ff7f0e"],
      ["mlp", "triangle-up"],
    ]);
  });

  it("knows the colours of matplotlib", () => {
    const colours = [
      "k",
      "C3",
      "SteelBlue",
      "#A0f",
      "0.5",
      [1, 0, 0.5],
      [0, 0, 0, 0.3],
      "tab:grey",
    ];
    const found = visualsOf({ colors_dict: Object.fromEntries(Object.entries(colours)) }).colours;
    const expected = ["#000000", "#d62728", "steelblue", "#a0f", "#808080", "#ff0080", "#000000"];
    expect([...found.values()]).to.deep.equal([...expected, "#7f7f7f"]);
  });

  it("says where something is wrong, what came, and what is meant", () => {
    const message = refusal(() =>
      visualsOf({
        label_dict: {},
        titles_dict: "digits",
        colors_dict: { mlp: "bleu", softmax: [0, 2, 0] },
        markers_dict: { mlp: "hexagon" },
      }),
    );
    expect(message).to.include("visuals_a.json").and.include('Did you mean "labels_dict"?');
    for (const part of ["titles_dict", "colors_dict.mlp", "colors_dict.softmax", '"hexagon"']) {
      expect(message).to.include(part);
    }
  });

  it("reads or refuses whatever it is given, and takes only colours that nothing can break out of", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (colours) => {
        try {
          for (const colour of visualsOf({ colors_dict: colours }).colours.values()) {
            expect(colour).to.match(/^(#[\da-f]{3,8}|[a-z]+)$/);
          }
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
    );
  });
});

describe("parseAdditionalCurves", () => {
  it("reads the lines of each task as matplotlib is told of them", () => {
    const lines = curvesOf({
      hlines: {
        digits: [
          { y: 0.1, label: "chance", colors: "grey", linestyles: "dotted", linewidth: 4 },
          { y: [0.5, 0.9] },
        ],
        letters: [],
      },
    });
    expect(lines).to.deep.equal([
      { task: "digits", label: "chance", value: 0.1, colour: "grey", dash: [2, 2] },
      { task: "digits", label: "", value: 0.5 },
      { task: "digits", label: "", value: 0.9 },
    ]);
  });

  it("says where something is wrong", () => {
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ hline: {} }, 'Did you mean "hlines"?'],
      [{ hlines: [] }, "hlines: expected an object"],
      [{ hlines: { digits: { y: 1 } } }, "hlines.digits: expected a list"],
      [{ hlines: { digits: [0.5] } }, "hlines.digits[0]: expected an object"],
      [{ hlines: { digits: [{ label: "SVM" }] } }, "hlines.digits[0].y: expected a finite number"],
      [{ hlines: { digits: [{ y: 1, color: "bleu" }] } }, "hlines.digits[0].color"],
      [{ hlines: { digits: [{ y: 1, linestyle: "~" }] } }, "hlines.digits[0].linestyle"],
      [{ hlines: { digits: [{ y: 1, label: 3 }] } }, "hlines.digits[0].label: expected a text"],
    ];
    for (const [value, part] of wrong) expect(refusal(() => curvesOf(value))).to.include(part);
  });
});
