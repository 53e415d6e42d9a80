import { type Config, isConfig } from "../../../src/core/config/config.ts";
import { formatProblems } from "../../../src/core/config/problems.ts";
import type { NamedConfig } from "../../../src/core/config/layers/registry.ts";
import {
  composeSchedule,
  type ComposedSearch,
} from "../../../src/core/search/composing/compose-schedule.ts";
import { countExperiments, newExperiments } from "../../../src/core/search/experiments.ts";
import { hold, holdUnpolluted, readOrRefusal, shapeOf, type Target } from "../target.ts";
import { json } from "./support.ts";

const COMMON = { algNames: ["mlp"], taskNames: ["digits"], seeds: [1] };
const LABELS = { algName: "mlp", taskName: "digits", desc: "a" };

/** A schedule with all that belongs to composition, and the overrides of its command line. */
export const composedSchedule: Target = {
  name: "composed",
  seeds: [
    json({
      ...COMMON,
      configs: {
        base: { lr: 1, l: [], "o.p": 2, t: "$<|lr * 2|>" },
        top: { extends: "base", "l+": [1] },
      },
      extends: "top",
      config: { "=o": { p: 3 } },
      variations: { lr: [1, 2], t: ["a-$<|lr|>", "b"] },
      overrides_: ["lr=3,4", "~t", "+new=1..3"],
    }),
    json({
      ...COMMON,
      defaults: {
        epochs: 1,
        extra: ["$<|name|>"],
        name: "x",
        experts: [0, 1],
        expert_1: { epochs: 2 },
      },
      configs: { x: { deep: 1 }, y: { "deep.er": "$<|epochs|>" } },
      extraConfigs: "extra",
      members: { list: "experts", prefix: "expert_", as: "expert" },
      variations: { name: ["x", "y"], deep: { when: { name: "x" }, values: [1, 2] } },
      overrides_: ["seed=1..3", "expert_1.epochs=7", "experts=[1]"],
    }),
    json({
      ...COMMON,
      defaults: { lr: 0.1, tag: "$<|format(lr, '.1e')|>" },
      nExperiments: 3,
      space: { lr: { kind: "logUniform", low: 0.001, high: 1 } },
      overrides_: ["lr=1,2,3", "tag=x"],
    }),
  ],
  words: ["configs", "extends", "members", "$<|", "|>", "~", "+", "=", "overrides_", "when"],
  check: (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return "no JSON";
    }
    const result = readOrRefusal(() => compose(value));
    holdUnpolluted();
    if ("refusal" in result) return result.refusal;
    const composed = result.value;
    if ("problems" in composed) {
      hold(formatProblems("file", composed.problems).length < 200_000, "a refusal is short");
      return shapeOf(composed.problems[0]?.message ?? "");
    }
    const made = readOrRefusal(() => firstConfigs(composed.search));
    holdUnpolluted();
    if ("refusal" in made) return made.refusal;
    hold(countExperiments(composed.search.schedule) >= made.value, "no more than it counts");
    return `${composed.search.schedule.kind} ${composed.search.isLate ? "late" : "plain"} ${made.value}`;
  },
};

function compose(value: unknown): ReturnType<typeof composeSchedule> {
  const { overrides_: given, ...own } = isConfig(value) ? value : {};
  const overrides = Array.isArray(given) ? (given as readonly unknown[]).map(String) : [];
  const configs = own["configs"];
  const entries = isConfig(configs) ? Object.entries(configs) : [];
  const registry: Readonly<Record<string, NamedConfig>> = Object.fromEntries(
    entries.flatMap(([name, values]) => (isConfig(values) ? [[name, { values }] as const] : [])),
  );
  const source = { value: isConfig(value) ? own : value, file: "a.json", placeOf: () => undefined };
  return composeSchedule(source, { registry, machine: [], overrides });
}

function firstConfigs({ schedule, configOf, compose, isLate }: ComposedSearch): number {
  let count = 0;
  for (const { values } of newExperiments(schedule, 1)) {
    const { config } = configOf(values, LABELS);
    if (!isLate) hold(text(config) === text(compose(values, LABELS).config), "both ways are one");
    count += 1;
    if (count === 4) break;
  }
  return count;
}

const text = (config: Config) => JSON.stringify(config);
