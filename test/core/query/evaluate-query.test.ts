import { expect } from "chai";
import fc from "fast-check";

import { type Config, type ConfigValue, valueAt } from "../../../src/core/config/config.ts";
import { find } from "../../../src/core/expression/evaluator.ts";
import { matches, type QueriedRun } from "../../../src/core/query/evaluate-query.ts";
import { parseQuery } from "../../../src/core/query/parse-query.ts";
import { summarise } from "../../../src/core/query/summary.ts";

const RECORDED: Readonly<Record<string, readonly number[]>> = {
  "train.loss": [0.9, 0.5, 0.1],
  "train.odd": [3, Number.NaN],
};

function runOf(fields: Config): QueriedRun {
  return {
    value: (path) => path.reduce<ConfigValue | undefined>(find, fields),
    summary: ({ summary, series, key }) => summarise(summary, RECORDED[`${series}.${key}`] ?? []),
  };
}

const RUN = runOf({
  config: {
    optimizer: { lr: 1e-2, name: "adam", betas: [0.9, 0.99], momentum: null },
    "a b": { "c.d": 1 },
    bench: true,
  },
  info: { status: "COMPLETE", log_id: 12 },
});
const meets = (query: string) => matches(parseQuery(query), RUN);

describe("matches", () => {
  it("holds what the description's queries say", () => {
    for (const query of [
      "config.optimizer.lr <= 1e-2 & info.status == 'COMPLETE'",
      'config.optimizer.lr <= 1E-2 and info.status == "COMPLETE"',
      "info.log_id in [1, 12, 3]",
      "info.status in ['RUNNING', 'COMPLETE',] & ~(info.log_id in [])",
      "config.optimizer.lr > 1 | info.log_id == 12",
      "info.log_id == 1 & info.log_id == 2 | info.log_id == 12",
      "~(info.log_id == 1 | info.log_id == 2)",
      "not info.log_id == 1",
      "info.log_id not in [1, 2]",
      "config.optimizer.name like 'a*' & config.optimizer.name not like 'a?'",
      "config.optimizer.betas == [0.9, 0.99] & config.optimizer.betas[-1] == 0.99",
      'config["a b"]["c.d"] == 1',
      "config.optimizer.momentum == null",
      "config.bench & ~~config.bench & (config.bench)",
      "(info.log_id) == 12 & 12 == info.log_id & -12 < info.log_id",
      "last(train.loss) < 0.2 & first(train.loss) == .9 & min(train.loss) < max(train.loss)",
      "mean(train.loss) == 0.5 & median(train.loss) == 0.5 & count(train.loss) == 3",
      "",
    ]) {
      expect(meets(query), query).to.equal(true);
    }
  });

  it("meets no comparison with what is missing, and so every denial of one", () => {
    for (const operator of ["==", "!=", "<", "<=", ">", ">="]) {
      expect(meets(`config.none ${operator} 1`), operator).to.equal(false);
      expect(meets(`~(config.none ${operator} null)`), operator).to.equal(true);
      expect(meets(`last(train.none) ${operator} 1`), operator).to.equal(false);
    }
    for (const test of ["config.none in [1]", "config.none like '*'", "config.none"]) {
      expect(meets(test), test).to.equal(false);
    }
    expect(meets("has(config.optimizer.momentum) & ~has(config.none)")).to.equal(true);
    expect(meets("count(train.none) == 0")).to.equal(true);
  });

  it("orders numbers and texts only, and takes nothing for something else", () => {
    for (const query of [
      "info.log_id == '12'",
      "info.log_id < '2'",
      "config.bench == 1",
      "config.bench < 2",
      "config.optimizer.momentum == 0",
      "config.optimizer.momentum == false",
      "config.optimizer.momentum <= 0",
      "config.optimizer.betas < 3",
      "info.log_id like '*'",
      "config.optimizer",
    ]) {
      expect(meets(query), query).to.equal(false);
    }
    expect(meets("info.status < 'D' & info.status != 3")).to.equal(true);
  });

  it("meets no order with NaN, but for a denial", () => {
    expect(meets("last(train.odd) < 1 | last(train.odd) >= 1")).to.equal(false);
    expect(meets("~(last(train.odd) < 1) & last(train.odd) != 1")).to.equal(true);
    expect(meets("max(train.odd) == 3 & mean(train.odd) != 3")).to.equal(true);
  });

  it("finds nothing that objects inherit", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(meets(`has(config.${name})`), name).to.equal(false);
      expect(meets(`has(${name})`), name).to.equal(false);
    }
  });

  it("chooses what a plain JavaScript filter chooses", () => {
    fc.assert(
      fc.property(fc.array(CONFIG, { maxLength: 8 }), CONDITION, (configs, { query, test }) => {
        const parsed = parseQuery(query);
        const found = configs.filter((config) => matches(parsed, runOf({ config })));
        expect(found).to.deep.equal(configs.filter(test));
      }),
      { numRuns: 500 },
    );
  });
});

const VALUE = fc.oneof(
  fc.constantFrom<ConfigValue>(0, 1, -1, 1e-2, 2.5e10, "adam", "sgd", "it's", true, false, null),
  fc.constantFrom<ConfigValue>([], [1, 2], ["adam"]),
);
const CONFIG: fc.Arbitrary<Config> = fc.dictionary(
  fc.constantFrom("a", "b", "c"),
  fc.oneof(VALUE, fc.dictionary(fc.constantFrom("d", "e"), VALUE)),
);

/** A condition as a query writes it, and as JavaScript does. */
type Condition = { readonly query: string; readonly test: (config: Config) => boolean };

const PATH = fc.constantFrom("a", "b", "c", "a.d", "b.e", "none");
/** As JSON, or with the other kind of quotes. */
const WRITTEN = fc.tuple(VALUE, fc.boolean()).map(([value, single]) => ({
  value,
  text:
    single && typeof value === "string"
      ? `'${value.replaceAll("'", String.raw`\'`)}'`
      : JSON.stringify(value),
}));

const isSame = (a: ConfigValue, b: ConfigValue) => JSON.stringify(a) === JSON.stringify(b);
const OPERATORS: Readonly<Record<string, (a: ConfigValue, b: ConfigValue) => boolean>> = {
  "==": isSame,
  "!=": (a, b) => !isSame(a, b),
  "<": ordered((a, b) => a < b),
  "<=": ordered((a, b) => a <= b),
  ">": ordered((a, b) => a > b),
  ">=": ordered((a, b) => a >= b),
};

function ordered(holds: (a: string | number, b: string | number) => boolean) {
  return (a: ConfigValue, b: ConfigValue) => {
    if (typeof a === "number" && typeof b === "number") return holds(a, b);
    return typeof a === "string" && typeof b === "string" && holds(a, b);
  };
}

const COMPARISON: fc.Arbitrary<Condition> = fc
  .tuple(PATH, fc.constantFrom(...Object.entries(OPERATORS)), WRITTEN)
  .map(([path, [operator, holds], { text, value }]) => ({
    query: `config.${path} ${operator} ${text}`,
    test: (config) => {
      const own = valueAt(config, path);
      return own !== undefined && holds(own, value);
    },
  }));
const MEMBERSHIP: fc.Arbitrary<Condition> = fc
  .tuple(PATH, fc.array(WRITTEN, { maxLength: 3 }))
  .map(([path, items]) => ({
    query: `config.${path} in [${items.map(({ text }) => text).join(", ")}]`,
    test: (config) => {
      const own = valueAt(config, path);
      return own !== undefined && items.some(({ value }) => isSame(own, value));
    },
  }));
const PRESENCE: fc.Arbitrary<Condition> = PATH.map((path) => ({
  query: `has(config.${path})`,
  test: (config) => valueAt(config, path) !== undefined,
}));

const { condition: CONDITION } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    COMPARISON,
    MEMBERSHIP,
    PRESENCE,
    tie("condition").map(({ query, test }) => ({
      query: `~(${query})`,
      test: (config: Config) => !test(config),
    })),
    fc
      .tuple(tie("condition"), tie("condition"), fc.constantFrom("&", "and", "&&"))
      .map(([a, b, word]): Condition => ({
        query: `(${a.query}) ${word} (${b.query})`,
        test: (config) => a.test(config) && b.test(config),
      })),
    fc
      .tuple(COMPARISON, COMPARISON, COMPARISON, fc.constantFrom("|", "or", "||"))
      .map(([a, b, c, word]): Condition => ({
        query: `${a.query} ${word} ${b.query} & ${c.query}`,
        test: (config) => a.test(config) || (b.test(config) && c.test(config)),
      })),
  ),
}));
