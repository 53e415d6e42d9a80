import type { ConfigValue } from "../../../src/core/config/config.ts";
import { find } from "../../../src/core/expression/evaluator.ts";
import { matches } from "../../../src/core/query/evaluate-query.ts";
import { parseIndex } from "../../../src/core/query/index-format.ts";
import { parseQuery } from "../../../src/core/query/parse-query.ts";
import { operandsOf } from "../../../src/core/query/query.ts";
import { pointing } from "../../../src/core/query/query-error.ts";
import { summarise } from "../../../src/core/query/summary.ts";
import { bytesOf, hold, holdUnpolluted, readOrRefusal, type Target } from "../target.ts";

const FIELDS = { config: { lr: 0.1, name: "mlp", sizes: [1, 2], on: true, no: null }, info: {} };

export const query: Target = {
  name: "query",
  seeds: [
    "config.lr <= 1e-2 & info.status == 'COMPLETE'",
    "~(config.name in ['mlp', \"cnn\",]) | has(config.on) and config.sizes[-1] == 2",
    "last(train.loss) < 0.1 & config.name not like 'm*'",
  ],
  words: [
    "~",
    "&",
    "|",
    " in ",
    "[",
    "]",
    "(",
    ")",
    "has(",
    "last(",
    "==",
    "$[",
    "null",
    "__proto__",
  ],
  check: (text) => {
    const result = readOrRefusal(() => pointing("query", text, () => parseQuery(text)));
    if ("refusal" in result) return result.refusal;
    const { value: parsed } = result;
    const run = {
      value: (path: readonly (string | number)[]) =>
        path.reduce<ConfigValue | undefined>(find, FIELDS),
      summary: () => summarise("last", [0.5, 0.05]),
    };
    const isMet = matches(parsed, run);
    if (text.length < 1000 && parsed.kind !== "any") {
      hold(matches(parseQuery(`~(${text})`), run) === !isMet, "its denial is met where it is not");
      hold(matches(parseQuery(`(${text}) & (${text})`), run) === isMet, "twice is once");
    }
    holdUnpolluted();
    return `${parsed.kind} ${isMet} ${Math.min(3, operandsOf(parsed).length)}`;
  },
};

export const index: Target = {
  name: "index",
  seeds: [
    'hatchery index 1\n000000000053\n{"runs":0,"sourceLists":[],"paths":2,"columns":[]}   \0\0\0\0\0\0[]',
  ],
  check: (text) => {
    const table = parseIndex(bytesOf(text));
    if (table === undefined) return "refused";
    hold(table.paths.length === table.fields.rows, "a row for each path");
    for (const { values } of table.fields.columns.values()) values();
    return `read ${Math.min(3, table.paths.length)}`;
  },
};
