import { expect } from "chai";
import fc from "fast-check";

import type { Config } from "../../../../src/core/config/config.ts";
import { formatProblems } from "../../../../src/core/config/problems.ts";
import { overrideSchedule } from "../../../../src/core/search/composing/schedule-overrides.ts";
import { SCHEDULE_KEYS } from "../../../../src/core/search/schedule-problems.ts";

const RANDOM = { space: { lr: { kind: "uniform", low: 0, high: 1 } }, nExperiments: 3 };
const GRID = { variations: { lr: [1, 2] }, seeds: [1, 2] };

// "$schema" would need quotes.
const WORDS = SCHEDULE_KEYS.filter((key) => key !== "$schema");

describe("scheduleWord", () => {
  it("lets the numbers of a schedule be set by their own names", () => {
    expect(changed(RANDOM, "nExperiments=20", "design=sobol", "scramble=false")).to.include({
      nExperiments: 20,
      design: "sobol",
      scramble: false,
    });
    expect(changed(GRID, "sample=5")).to.include({ sample: 5 });
  });

  it("takes the seeds in either spelling, and not in both", () => {
    expect(changed(GRID, "repeats=4")).to.not.have.property("seeds");
    expect(changed({ repeats: 4 }, "seed=7..9")).to.deep.equal({ seeds: [7, 8, 9] });
    expect(refusal(GRID, "seed=1", "repeats=3")).to.include('is set twice: "seed=1" sets it, too.');
  });

  it("leaves to the configuration what it has a name for, and what is added to it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...WORDS), fc.boolean(), (key, isNew) => {
        const own = isNew ? {} : { [key]: 1 };
        const { problems, layer } = overrideSchedule(
          RANDOM,
          [`${isNew ? "+" : ""}${key}=2`],
          () => own,
        );
        expect(problems).to.deep.equal([]);
        expect(Object.values(layer.values)).to.deep.equal([2]);
      }),
    );
  });

  it("never advises to add a key of the schedule to the configurations", () => {
    for (const key of WORDS) {
      const { problems, layer, schedule } = overrideSchedule(GRID, [`${key}=2`], () => ({ lr: 1 }));
      expect(layer.values).to.deep.equal({});
      if (problems.length === 0) expect(schedule[key]).to.equal(2);
      else expect(problems[0]?.message).to.include("is a key of the schedule");
    }
    expect(refusal(GRID, "metric.name=loss")).to.include(
      "metric.name (the command line): is a key of the schedule, and not of its configurations.",
    );
    expect(refusal(GRID, "~seeds")).to.include("Write seed=1,2,3 or seed=1..3.");
  });

  it("says what is meant by keys of the other kind of schedule, by several values and by slips", () => {
    expect(refusal(GRID, "nExperiments=6")).to.include("write sample=6.");
    expect(refusal(RANDOM, "sample=6")).to.include("Write nExperiments=6.");
    expect(refusal(RANDOM, "nExperiments=6,7")).to.include("has one value.");
    for (const slip of ["numberOfExperiments", "n_experiments", "nExperiment", "nexperiments"]) {
      expect(refusal(RANDOM, `${slip}=6`)).to.include("Did you mean nExperiments of the schedule?");
    }
    expect(refusal(RANDOM, "n_seeds=6")).to.include("Write seed=1,2,3");
  });
});

function overridden(schedule: Config, args: readonly string[]) {
  return overrideSchedule(schedule, args, () => ({ lr: 1, depth: 2 }));
}

function changed(schedule: Config, ...args: readonly string[]): Config {
  const result = overridden(schedule, args);
  expect(result.problems).to.deep.equal([]);
  return result.schedule;
}

function refusal(schedule: Config, ...args: readonly string[]): string {
  return formatProblems("a.yaml", overridden(schedule, args).problems);
}
