import { expect } from "chai";
import fc from "fast-check";

import { formatTick, panelLimits, ticksOf } from "../../../../src/core/figures/panels/limits.ts";

describe("panelLimits", () => {
  it("holds all points, or what was asked for", () => {
    const strokes = [
      [[0, 1] as const, [10, 3] as const],
      [[5, 2] as const, [20, 2] as const],
    ];
    const limits = panelLimits(strokes, {});
    expect(limits).to.include({ xMin: 0, xMax: 20, isCut: false });
    expect(limits.yMin).to.be.lessThan(1);
    expect(limits.yMax).to.be.greaterThan(3);
    expect(panelLimits(strokes, { yMin: 0, xMax: 7 })).to.include({ yMin: 0, xMax: 7, xMin: 0 });
  });

  it("cuts off few values that lie far away, and says so", () => {
    const many = Array.from({ length: 100 }, (_, x) => [x, x / 100] as const);
    const limits = panelLimits([many, [[50, 1e9]]], {});
    expect(limits.isCut).to.equal(true);
    expect(limits.yMax).to.be.lessThan(2);
  });

  it("shows the values that are wanted in any case, alone as well", () => {
    expect(panelLimits([[[0, 1] as const, [10, 3] as const]], {}, [7]).yMax).to.be.greaterThan(7);
    const { yMin, yMax } = panelLimits([], {}, [70]);
    expect(yMin).to.be.within(30, 70);
    expect(yMax).to.be.within(70, 110);
  });

  it("has a range where there is none, or nothing at all", () => {
    for (const strokes of [[], [[[3, 3] as const]], [[[0, 0] as const, [0, 0] as const]]]) {
      const { xMin, xMax, yMin, yMax } = panelLimits(strokes, {});
      expect(xMax).to.be.greaterThan(xMin);
      expect(yMax).to.be.greaterThan(yMin);
    }
  });
});

describe("ticksOf", () => {
  it("gives few round numbers within the axis", () => {
    expect(ticksOf(0, 1)).to.deep.equal([0, 0.5, 1]);
    expect(ticksOf(0.5, 19)).to.deep.equal([5, 10, 15]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        (low, range) => {
          const ticks = ticksOf(low, low + range);
          expect(ticks.length).to.be.at.most(10);
          const room = Math.abs(low) * 1e-9 + range * 1e-9;
          for (const tick of ticks) expect(tick).to.be.within(low - room, low + range + room);
        },
      ),
    );
  });
});

describe("formatTick", () => {
  it("is short", () => {
    expect([0, 0.25, 12000, 3e-7, 1.5e9, -0.1].map(formatTick)).to.deep.equal([
      "0",
      "0.25",
      "12000",
      "3e-7",
      "1.5e+9",
      "-0.1",
    ]);
  });
});
