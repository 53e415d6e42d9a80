import { expect } from "chai";
import fc from "fast-check";

import { type Config, setAt } from "../../../../src/core/config/config.ts";
import { follower, readsAnyOf } from "../../../../src/core/config/late/following.ts";
import { lateResolver } from "../../../../src/core/config/late/late-values.ts";

const TEXTS = {
  N: 50,
  half: "$<|N / 2|>",
  data: "d-$<|half|>-$<|opt.name|>",
  opt: { name: "sgd", sizes: [1, "$<|N|>", { deep: "$<|half|>" }] },
  literal: "$$<|N|>",
  plain: 3,
};
const resolve = (config: Config) => {
  const { config: resolved, problems } = lateResolver()(config);
  expect(problems).to.deep.equal([]);
  return resolved;
};

describe("follower", () => {
  it("computes what depends on a change, and what depends on that", () => {
    const before = resolve(TEXTS);
    const { config, names, problems } = follower(TEXTS)(before, { ...before, N: 8 }, ["N"]);
    expect(problems).to.deep.equal([]);
    expect(config).to.deep.equal(resolve({ ...TEXTS, N: 8 }));
    expect(names).to.deep.equal(["half", "data", "opt.sizes"]);
  });

  it("comes to what a search with the change would be, whatever is changed", () => {
    const paths = ["N", "half", "data", "opt.name", "plain", "literal"] as const;
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...paths), fc.integer({ min: -99, max: 99 })),
        fc.dictionary(fc.constantFrom(...paths), fc.integer({ min: -99, max: 99 })),
        (axes, changes) => {
          const put = (config: Config, values: Config) =>
            Object.entries(values).reduce((all, [path, one]) => setAt(all, path, one), config);
          const before = resolve(put(TEXTS, axes));
          const given = [...Object.keys(axes), ...Object.keys(changes)];
          const { config, problems } = follower(TEXTS)(before, put(before, changes), given);
          expect(problems).to.deep.equal([]);
          expect(config).to.deep.equal(resolve(put(put(TEXTS, axes), changes)));
        },
      ),
    );
  });

  it("leaves what has another value than its text gives, and what is no text of its own", () => {
    const before = { ...resolve({ ...TEXTS, half: 7, data: "mine" }), plain: "$<|N|>" };
    const { config, names } = follower(TEXTS)(before, { ...before, N: 8 }, ["N"]);
    expect(config).to.include({ half: 7, data: "mine", plain: "$<|N|>", literal: "$<|N|>" });
    expect(names).to.deep.equal(["opt.sizes"]);
  });

  it("says what cannot be computed after a change", () => {
    const before = resolve(TEXTS);
    const { problems } = follower(TEXTS)(before, { ...before, N: "many" }, ["N"]);
    expect(problems.map(({ place }) => place)).to.deep.equal(["half"]);
    expect(problems[0]?.excerpt?.text).to.equal("$<|N / 2|>");
  });

  it("has nothing to do with texts that are broken, missing or of another shape", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (expression, value) => {
        const texts = { a: `$<|${expression}|>`, b: { c: "$<|a|>" }, d: ["$<|"] };
        const before = { a: 1, b: JSON.parse(JSON.stringify(value)) as Config, d: [1] };
        const { config, problems } = follower(texts)(before, before, []);
        expect(problems).to.deep.equal([]);
        expect(config).to.deep.equal(before);
      }),
    );
  });
});

describe("follower, where late values need themselves", () => {
  it("leaves those, and computes the others", () => {
    const texts = { N: 1, a: "$<|a|>", b: "$<|c|>", c: ["$<|b[0]|>"], half: "$<|N / 2|>" };
    const before = { N: 1, a: 1, b: [1], c: [1], half: 0.5 };
    const { config, names, problems } = follower(texts)(before, { ...before, N: 4 }, ["N"]);
    expect(problems).to.deep.equal([]);
    expect(config).to.deep.equal({ ...before, N: 4, half: 2 });
    expect(names).to.deep.equal(["half"]);
  });
});

describe("readsAnyOf", () => {
  it("finds late values in lists that read a name, a part of it, or what it is part of", () => {
    const values = [1, { x: "$<|opt.name|>" }];
    expect(readsAnyOf(values, ["opt"])).to.equal(true);
    expect(readsAnyOf(values, ["opt.name"])).to.equal(true);
    expect(readsAnyOf(values, ["opt.lr", "N", "name"])).to.equal(false);
    expect(readsAnyOf(["$<|", "$<|("], ["N"])).to.equal(false);
  });
});
