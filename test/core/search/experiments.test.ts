import { expect } from "chai";
import fc from "fast-check";

import { configIdentity } from "../../../src/core/config/identity.ts";
import { choice, integer } from "../../../src/core/search/distributions.ts";
import { withValues } from "../../../src/core/search/experiment-values.ts";
import { countExperiments, newExperiments } from "../../../src/core/search/experiments.ts";
import {
  defineGridSchedule,
  defineRandomSchedule,
  variedNames,
} from "../../../src/core/search/schedule.ts";

const COMMON = {
  algNames: ["mlp"],
  taskNames: ["digits"],
  seeds: [1],
  defaults: { lr: 0.1, units: 8, optimizer: { name: "sgd", momentum: 0 } },
};

describe("newExperiments", () => {
  it("gives as many as a random schedule asks for, all different, the same for the same seed", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 20 }), (seed, nExperiments) => {
        const space = { units: integer(1, 10), "optimizer.name": choice(["sgd", "adam"]) };
        const schedule = defineRandomSchedule({ ...COMMON, space, nExperiments });
        const draws = [...newExperiments(schedule, seed)];
        const identities = draws.map(({ values }) =>
          configIdentity(withValues(COMMON.defaults, values, variedNames(schedule))),
        );
        expect(new Set(identities)).to.have.property("size", nExperiments);
        expect(draws).to.have.length(countExperiments(schedule));
        expect([...newExperiments(schedule, seed)]).to.deep.equal(draws);
      }),
    );
  });

  it("gives every combination of a grid", () => {
    const variations = { lr: [1, 2, 3], "optimizer.momentum": [0, 0.9] };
    const schedule = defineGridSchedule({ ...COMMON, variations });
    const draws = [...newExperiments(schedule, Number.NaN)];
    expect(draws).to.have.length(6).and.have.length(countExperiments(schedule));
    expect(draws[1]).to.deep.equal({ index: 1, values: { lr: 1, "optimizer.momentum": 0.9 } });
    expect(variedNames(schedule)).to.deep.equal(["lr", "optimizer.momentum"]);
  });
});
