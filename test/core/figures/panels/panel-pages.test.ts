import { expect } from "chai";
import fc from "fast-check";

import {
  gridRows,
  paginate,
  sequenceRows,
} from "../../../../src/core/figures/panels/panel-pages.ts";

const grid = (lrs: readonly number[], units: readonly string[]) =>
  lrs.flatMap((lr, i) =>
    units.map((unit, j) => ({ experiment: 1 + i * units.length + j, varied: { lr, unit } })),
  );

describe("gridRows", () => {
  it("puts the longest parameter across, numbers in their order, the next one down", () => {
    const rows = gridRows(grid([0.1, 0.001, 0.01], ["b", "a"])) ?? [];
    const varied = rows.map((row) => row.map((one) => `${one?.varied.unit} ${one?.varied.lr}`));
    expect(varied).to.deep.equal([
      ["b 0.001", "b 0.01", "b 0.1"],
      ["a 0.001", "a 0.01", "a 0.1"],
    ]);
  });

  it("leaves a place empty where a combination was excluded", () => {
    const rows = gridRows(grid([1, 2, 3], ["a", "b"]).slice(1)) ?? [];
    expect(rows.flat().filter((one) => one === undefined)).to.have.length(1);
  });

  it("is none for a small part of a grid, and where experiments would hide each other", () => {
    const diagonal = [1, 2, 3, 4, 5].map((lr) => ({ experiment: lr, varied: { lr, unit: lr } }));
    expect(gridRows(diagonal)).to.equal(undefined);
    const same = [1, 2].map((experiment) => ({ experiment, varied: { lr: 1 } }));
    expect(gridRows(same)).to.equal(undefined);
  });
});

const SCREEN = { panels: 100, columns: 10, rows: 20 };

describe("paginate", () => {
  it("shows each panel once, at most a hundred on a page", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (n, m) => {
        const rows = Array.from({ length: n }, (_, r) =>
          Array.from({ length: m }, (_, c) => `${r} ${c}`),
        );
        const pages = paginate(rows, SCREEN);
        expect(pages.every((page) => page.flat().length <= 100)).to.equal(true);
        const shown = pages.flat(2);
        expect(shown).to.have.length(n * m);
        expect(new Set(shown).size).to.equal(n * m);
      }),
    );
  });

  it("puts a hundred panels of a sequence on one page", () => {
    const pages = (length: number) =>
      paginate(
        sequenceRows(
          Array.from({ length }, (_, i) => i),
          10,
        ),
        SCREEN,
      );
    expect(pages(100)).to.have.length(1);
    expect(pages(1001)).to.have.length(11);
  });
});
