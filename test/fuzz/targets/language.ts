import { canonicalJson } from "../../../src/core/config/identity.ts";
import { lateResolver } from "../../../src/core/config/late/late-values.ts";
import { composer } from "../../../src/core/config/layers/composition.ts";
import { parseRegistryText } from "../../../src/core/config/layers/parse-layer.ts";
import { chainOf } from "../../../src/core/config/layers/registry.ts";
import { formatOverride } from "../../../src/core/config/overrides/format-override.ts";
import { commandLine } from "../../../src/core/config/overrides/override-layer.ts";
import { parseOverrides } from "../../../src/core/config/overrides/parse-override.ts";
import { formatProblems, type Problem } from "../../../src/core/config/problems.ts";
import { evaluate } from "../../../src/core/expression/evaluator.ts";
import { ExpressionError } from "../../../src/core/expression/expression-error.ts";
import { FUNCTION_NAMES } from "../../../src/core/expression/functions.ts";
import { parseExpression } from "../../../src/core/expression/parser.ts";
import { EXPRESSION_CONFIG, expectHarmless } from "../../support/expression-inputs.ts";
import { hold, holdUnpolluted, shapeOf, type Target } from "../target.ts";

const HOSTILE = ["__proto__", "constructor", "prototype", "globalThis", "process", "then"];

export const expression: Target = {
  name: "expression",
  seeds: [
    '"a" if N > 40 and not on else join(sizes[2], "x")',
    "round(lr ** -2 // 3 % 7, 1) + sum(range(0, 10, 2))",
    'format(lr, ".1e") + str(optimizer["b c"]) * 2',
    "has(M) ? M : optimizer.deep.er.est in [1, [2]]",
    'replace(upper(long), "A", model) == $["N"]',
  ],
  words: [...FUNCTION_NAMES, ...Object.keys(EXPRESSION_CONFIG), ...HOSTILE, "**", "//", "not in"],
  check: (text) => {
    expectHarmless(text);
    holdUnpolluted();
    try {
      const value = evaluate(parseExpression(text), EXPRESSION_CONFIG);
      return `${typeof value} of ${text.replace(/[^-+*/%<>=!?.[(]|if|in|not/g, "").slice(0, 8)}`;
    } catch (error) {
      return error instanceof ExpressionError ? shapeOf(error.message) : "never";
    }
  },
};

/** Late values in a configuration, as YAML holds them. */
export const configurations: Target = {
  name: "configurations",
  seeds: [
    "a: { extends: b, N: 3, x: $<|N * 2|>, 'l+': [$<|x|>] }\nb: { l: [1, [2]], N: 1 }\n",
    'a: { o: { p: { q: $<|o.r|> }, r: "1$<|len(\\"ab\\")|>$$<|" }, ~z: , =o.s: { t: 1 } }\n',
    '{"a": {"extends": ["b", "c"], "k.l": 1}, "b": {"k": {"m": [null, true]}}, "c": {}}',
    "a: &x { n: *y }\nb: &y [1e3, 0x1F, .inf]\n",
  ],
  words: ["extends", "$<|", "|>", "&x", "*x", "<<:", "!!js/function", ...HOSTILE],
  check: (text) => {
    const { registry, problems } = parseRegistryText(text, "configs.yaml");
    holdUnpolluted();
    if (problems.length > 0) return refusal(problems);
    const names = Object.keys(registry);
    const chain = chainOf(names, registry);
    const composition = composer({ below: chain.layers })([]);
    const again = lateResolver()(composition.config);
    holdUnpolluted();
    canonicalJson(again.config);
    const found = [...chain.problems, ...composition.problems];
    return found.length > 0 ? refusal(found) : `composed ${names.length}`;
  },
};

/** Arguments of a command line, one a line. */
export const overrides: Target = {
  name: "overrides",
  seeds: [
    "a.b=1e-3,1e-2\n~c",
    "+n='it''s',\"x\\n\"\nl+=[1, {a: b}]",
    "s=1..5\nt=0..1..0.25\nu=",
    '"a b".c={d: null}',
  ],
  words: ["..", "+=", "~", "'", '"', "{", "}", "[", "]", "0x", ".nan", ...HOSTILE],
  check: (text) => {
    const { overrides: written, problems } = parseOverrides(text.split("\n"));
    holdUnpolluted();
    for (const { override } of written) {
      const again = parseOverrides([formatOverride(override)]);
      hold(again.problems.length === 0, "what was written can be read");
      const [first] = again.overrides;
      hold(JSON.stringify(first?.override) === JSON.stringify(override), "and says the same");
    }
    const { layer, variations } = commandLine(written);
    const config = { a: { b: 1 }, c: 2, l: [], s: 1 };
    composer({ below: [{ name: "below", values: config, mayAdd: true }] })([layer]);
    holdUnpolluted();
    const count = Object.keys(variations).length;
    return problems.length > 0 ? refusal(problems) : `read ${written.length} with ${count}`;
  },
};

function refusal(problems: readonly Problem[]): string {
  const [first = { place: "", message: "" }] = problems;
  hold(formatProblems("file", problems).length < 200_000, "a refusal is short");
  return shapeOf(first.message);
}
