import { expect } from "chai";

import {
  type FigureLine,
  type LinePanel,
  linePanels,
  type LinePanelsFigure,
} from "../../../src/core/figures/line-panels.ts";
import { createImages } from "../../../src/io/images.ts";
import { figureWarnings } from "../../support/figure-warnings.ts";

const FRAME = { title: "Curves", caption: ["How."], x: { title: "epoch" } };

function draw(panels: readonly LinePanel[], more: Partial<LinePanelsFigure> = {}): object {
  return linePanels({ ...FRAME, y: { title: "loss", isScore: true }, panels, ...more });
}

function line(label: string, values: readonly number[], band?: number): FigureLine {
  const points = values.map((y, x) => {
    return band === undefined ? { x, y } : { x, y, low: y - band, high: y + band };
  });
  return { label, points };
}

describe("linePanels", () => {
  for (const panels of [1, 2, 7]) {
    for (const lines of [1, 3, 12]) {
      it(`draws ${lines} lines in each of ${panels} panels without a warning`, () => {
        const of = Array.from({ length: lines }, (_, index) => line(`a${index}`, [0, 0.5, 1], 0.1));
        const all = Array.from({ length: panels }, (_, index) => {
          return { name: `task${index}`, lines: of, references: [{ label: "chance", value: 0.1 }] };
        });
        expect(figureWarnings(draw(all))).to.deep.equal([]);
      });
    }
  }

  it("draws lines of one point, with gaps, of nothing but gaps, and of steps", () => {
    for (const values of [[1], [1, Number.NaN, 2], [Number.NaN], [], [3, 3], [1e-6, 1e6]]) {
      const figure = draw([{ name: "t", lines: [line("a", values)] }], { interpolate: "step" });
      expect(figureWarnings(figure)).to.deep.equal([]);
    }
  });

  it("leaves gaps as gaps: a value that is not finite is null, never 0", () => {
    const text = JSON.stringify(draw([{ name: "t", lines: [line("a", [1, Number.NaN, 2], 0.1)] }]));
    expect(text).to.include('"x":1,"y":null,"low":null,"high":null');
  });

  it("gives a label the same colour, dash and shape in every panel", () => {
    const panels = ["x", "y"].map((name, index) => {
      return { name, lines: [line(index === 0 ? "a" : "b", [1, 2])] };
    });
    const text = JSON.stringify(draw(panels));
    const colours = text.match(/"domain":\["a","b"\],"range":\["#\w+","#\w+"\]/g) ?? [];
    expect(colours.length).to.be.greaterThan(1);
    expect(new Set(colours).size).to.equal(1);
  });

  it("draws faint lines in the look of their label, and grey if they have none", () => {
    const lines = [line("a", [1, 2])];
    const own = JSON.stringify(draw([{ name: "t", lines, faint: [line("a", [1, 3])] }]));
    const other = JSON.stringify(draw([{ name: "t", lines, faint: [line("", [1, 3])] }]));
    expect(own).to.include('"opacity":0.55').and.not.to.include("#bdbdbd");
    expect(other).to.include("#bdbdbd").and.not.to.include('"opacity":0.55');
  });

  it("draws as many points as a page can show, the first and the last among them", () => {
    const values = Array.from({ length: 5000 }, (_, index) => index);
    const text = JSON.stringify(draw([{ name: "t", lines: [line("a", values)] }]));
    const drawn = [...text.matchAll(/"series":"a","line":0,"x":(\d+)/g)];
    // Behind the line come its symbols.
    const places = drawn.slice(0, 1000).map(([, x]) => Number(x));
    expect(drawn.length).to.be.lessThan(1020);
    expect([places[0], places.at(-1)]).to.deep.equal([0, 4999]);
  });

  it("has one legend, with horizontal lines as without", async () => {
    const references = [
      { label: "SVM", value: 0.5 },
      { label: "chance", value: 0.1, colour: "crimson", dash: [1, 1] },
    ];
    const lines = [line("first", [0, 1]), line("second", [1, 0])];
    const svg = await svgOf(draw([{ name: "t", lines, references }]));
    for (const label of ["first", "second", "SVM"]) expect(svg).to.include(`>${label}</text>`);
    expect(svg.match(/>first<\/text>/g)).to.have.length(1);
    expect(svg).to.include("crimson");
  });

  it("ends a name that would run into the next panel", async () => {
    const name = "HandwrittenCharactersOfTheWholeAlphabetOfManyLanguages";
    const panels = [1, 2, 3].map(() => ({ name, lines: [line("a", [0, 1])] }));
    expect(await svgOf(draw(panels))).not.to.include(`>${name}<`);
  });

  it("puts no number between whole ones", async () => {
    const svg = await svgOf(draw([{ name: "t", lines: [line("a", [10, 20, 30])] }]));
    expect(svg).to.include(">1</text>").and.not.to.include(">0.5</text>");
  });

  it("says when scores stand on a logarithmic axis, and never puts shares on one", () => {
    const panels = [{ name: "t", lines: [line("a", [0.001, 10])] }];
    expect(JSON.stringify(draw(panels))).to.include("log scale");
    expect(JSON.stringify(draw(panels, { y: { title: "share" } }))).not.to.include("log");
  });
});

async function svgOf(figure: object): Promise<string> {
  return new TextDecoder().decode(await createImages().render(figure, "svg"));
}
