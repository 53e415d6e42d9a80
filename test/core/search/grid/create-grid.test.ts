import { expect } from "chai";

import { createGrid } from "../../../../src/core/search/grid/create-grid.ts";
import { planGrid } from "../../../../src/core/search/grid/plan.ts";
import { defineGridSchedule } from "../../../../src/core/search/schedule.ts";
import { UserError } from "../../../../src/errors.ts";

describe("createGrid", () => {
  it("names each combination of the lists, as in the description of the setup manager", () => {
    const overrides = createGrid(({ DATA_SEED }) => `DATA_SEED=${DATA_SEED}`, {
      DATA_SEED: [0, 1, 2, 3, 4],
    });
    expect(overrides).to.have.length(5);
    expect(overrides[3]).to.deep.equal({ name: "DATA_SEED=3", DATA_SEED: 3 });
    const schedule = defineGridSchedule({
      algNames: ["simple"],
      taskNames: ["jets"],
      repeats: 3,
      defaults: { DATA_SEED: 9, N: 50 },
      overrides,
    });
    expect(schedule.seeds).to.deep.equal([0, 1, 2]);
    expect([...planGrid(schedule).experiments(0)]).to.deep.equal(
      [0, 1, 2, 3, 4].map((seed) => ({ DATA_SEED: seed })),
    );
  });

  it("combines several lists", () => {
    const grid = createGrid(({ a, b }) => `${a}${b}`, { a: ["x", "y"], b: [1, 2] });
    expect(grid.map(({ name }) => name)).to.deep.equal(["x1", "x2", "y1", "y2"]);
  });

  it("refuses to write down more than a person can read", () => {
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const create = () => createGrid(() => "", { a: list, b: list });
    expect(create).to.throw(UserError).with.property("code", "schedule-invalid");
  });
});
