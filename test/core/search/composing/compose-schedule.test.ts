import { expect } from "chai";
import fc from "fast-check";

import type { Config } from "../../../../src/core/config/config.ts";
import { configIdentity } from "../../../../src/core/config/identity.ts";
import { formatProblems } from "../../../../src/core/config/problems.ts";
import {
  composeSchedule,
  type ComposedSearch,
} from "../../../../src/core/search/composing/compose-schedule.ts";
import { countExperiments, newExperiments } from "../../../../src/core/search/experiments.ts";

const LABELS = { algName: "mlp", taskName: "digits", desc: "a" };
const COMMON = { algNames: ["mlp"], taskNames: ["digits"], seeds: [1] };
const NAMES = ["a", "b", "c", "o.d"];

/** Axes over some of the names, each with different numbers. */
const axes = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 4 }),
);
const late = fc.dictionary(
  fc.constantFrom("x", "y"),
  fc.constantFrom("$<|a + b|>", "run-$<|c|>-$<|o.d|>", "plain", "$<|[a, c][0] ** 2|>"),
);

describe("composeSchedule", () => {
  it("makes as many experiments as it announces, no two the same, in any order of keys", () => {
    fc.assert(
      fc.property(axes, late, (variations, texts) => {
        const defaults = { a: 1, b: 2, c: 3, o: { d: 4 }, ...texts };
        const search = compose({ kind: "grid", defaults, variations });
        const configs = configsOf(search);
        expect(configs).to.have.length(countExperiments(search.schedule));
        const identities = configs.map((one) => configIdentity(one));
        expect(new Set(identities).size).to.equal(configs.length);
        const turned = compose({
          kind: "grid",
          variations: reversed(variations),
          defaults: reversed(defaults),
        });
        expect(
          configsOf(turned)
            .map((one) => configIdentity(one))
            .sort(),
        ).to.deep.equal([...identities].sort());
      }),
    );
  });

  it("puts plain configurations together at once as layer by layer", () => {
    fc.assert(
      fc.property(axes, (variations) => {
        const search = compose({
          kind: "grid",
          defaults: { a: 1, b: 2, c: 3, o: { d: 4, e: 5 } },
          variations,
        });
        expect(search.isLate).to.equal(false);
        for (const { values } of newExperiments(search.schedule, 1)) {
          const { config, problems } = search.compose(values, LABELS);
          expect(problems).to.deep.equal([]);
          expect(JSON.stringify(search.configOf(values, LABELS).config)).to.equal(
            JSON.stringify(config),
          );
        }
      }),
    );
  });

  it("makes of axes on the command line what it makes of those of the schedule", () => {
    fc.assert(
      fc.property(axes, late, (variations, texts) => {
        const defaults = { a: 1, b: 2, c: 3, o: { d: 4 }, ...texts };
        const args = Object.entries(variations).map(
          ([name, values]) => `${name}=${values.join(",")}`,
        );
        const written = configsOf(compose({ kind: "grid", defaults, variations }));
        const asked = configsOf(
          compose({ kind: "grid", defaults, variations: { a: [7, 8] } }, [
            "a=1",
            ...args.filter((one) => !one.startsWith("a=")),
          ]),
        );
        if (!("a" in variations)) {
          expect(asked.map((one) => configIdentity(one)).sort()).to.deep.equal(
            written.map((one) => configIdentity(one)).sort(),
          );
        }
        const whole = configsOf(compose({ kind: "grid", defaults }, args));
        expect(whole.map((one) => configIdentity(one))).to.deep.equal(
          written.map((one) => configIdentity(one)),
        );
      }),
    );
  });

  it("draws one of the command line's values in a random search", () => {
    const space = {
      a: { kind: "uniform", low: 0, high: 1 },
      b: { kind: "integer", low: 1, high: 9 },
    };
    const random = { defaults: { a: 0.5, b: 2, c: 3 }, nExperiments: 6, space };
    const configs = configsOf(compose(random, ["a=0.25", "c=4,5"]));
    expect(new Set(configs.map(({ a }) => a))).to.deep.equal(new Set([0.25]));
    expect(new Set(configs.map(({ c }) => c))).to.deep.equal(new Set([4, 5]));
  });

  it("changes the schedule's own numbers, unless a configuration has a value of that name", () => {
    const space = { a: { kind: "uniform", low: 0, high: 1 } };
    const random = { defaults: { a: 0.5 }, nExperiments: 6, space };
    expect(configsOf(compose(random, ["nExperiments=2"]))).to.have.length(2);
    const named = compose({ ...random, defaults: { a: 0.5, design: 1 } }, ["design=3"]);
    expect(named.schedule).to.not.have.property("design");
    expect(configsOf(named)[0]).to.include({ design: 3 });
    const blanks = composed(random, ["a", "=", "3"]);
    expect(
      "problems" in blanks && blanks.problems.map(({ excerpt }) => excerpt?.text),
    ).to.deep.equal(["a", "=", "3"]);
    const refused = composed(random, ["nExperiments=0", "seed=x"]);
    expect("problems" in refused && formatProblems("a.yaml", refused.problems))
      .to.include("nExperiments (the command line): expected a whole number above 0, got 0.")
      .and.include('seeds[0] (the command line): expected a whole number from 0 on, got "x".');
  });

  it("refuses what is computed by a function, or lists members, and varied as well", () => {
    const derived = { a: () => 1 };
    const text = refusal({ kind: "grid", defaults: { a: 1 }, derived, variations: { a: [1, 2] } });
    expect(text).to.include('  - variations.a: sets "a", as derived does.');
    const members = { list: "ms", prefix: "m_", as: "m" };
    const varied = {
      kind: "grid",
      defaults: { ms: [1, 2] },
      members,
      variations: { ms: [[1], [2]] },
    };
    expect(refusal(varied)).to.include("  - variations.ms: varies the list of members");
  });

  it("says what is wrong with what a schedule composes, all at once", () => {
    const text = refusal({
      configs: 3,
      extends: [1],
      config: [],
      extraConfigs: "",
      members: { list: "a", prefx: "b" },
      derived: { a: 1, constructor: () => 1 },
      variations: { a: [] },
    });
    for (const place of [
      "configs",
      "extends",
      "config",
      "extraConfigs",
      "members.prefx",
      "members.as",
      "derived.a",
      "derived.constructor",
      "variations.a",
    ])
      expect(text).to.include(`  - ${place}: `);
  });
});

const reversed = (config: object): Config => Object.fromEntries(Object.entries(config).reverse());

function composed(value: object, overrides: readonly string[]) {
  const source = { value: { ...COMMON, ...value }, file: "a.yaml", placeOf: () => undefined };
  return composeSchedule(source, { registry: {}, machine: [], overrides });
}

function compose(value: object, overrides: readonly string[] = []): ComposedSearch {
  const result = composed(value, overrides);
  if ("search" in result) return result.search;
  throw new Error(formatProblems("a.yaml", result.problems));
}

function refusal(value: object): string {
  const result = composed(value, []);
  return "problems" in result ? formatProblems("a.yaml", result.problems) : "nothing";
}

function configsOf({ schedule, configOf }: ComposedSearch): readonly Config[] {
  return [...newExperiments(schedule, 1)].map(({ values }) => {
    const { config, problems } = configOf(values, LABELS);
    expect(problems).to.deep.equal([]);
    return config;
  });
}
