import { type Config, isConfig } from "../../config/config.ts";
import type { Derived } from "../../config/late/derived.ts";
import type { MemberRule } from "../../config/layers/members.ts";
import { nameProblems, valueProblems } from "../../config/parse-config.ts";
import { mismatch, type Problem, unknownKeys, within } from "../../config/problems.ts";
import type { ConfigSchema } from "./config-schema.ts";

/** What a schedule says about how its configurations are put together. */
export type CompositionPart = {
  /** Configurations with names, or the file or folder of them, relative to the schedule. */
  readonly configs?: Readonly<Record<string, Config>> | string;
  /** Which of `configs` all experiments are based on, the last one on top. */
  readonly extends?: string | readonly string[];
  /** Values on top of that, with the marks of a layer: `"layers+": [16]`. */
  readonly config?: Config;
  /** The key under which a configuration names more of `configs` to be laid over it. */
  readonly extraConfigs?: string;
  readonly members?: MemberRule;
  /** Values that functions compute, by their dotted names. */
  readonly derived?: Derived;
  /** What configurations have to be like; otherwise the defaults say so. */
  readonly schema?: ConfigSchema;
};

export const COMPOSITION_KEYS = [
  "configs",
  "extends",
  "config",
  "extraConfigs",
  "members",
  "derived",
  "schema",
] as const;

/** Whether a schedule of this shape says anything about composition. */
export function isComposed(schedule: Config): boolean {
  return COMPOSITION_KEYS.some((key) => schedule[key] !== undefined);
}

/** Whatever keeps a schedule's configurations from being put together. */
export function compositionProblems(schedule: Config): readonly Problem[] {
  const { configs, extends: parents, config, extraConfigs, members } = schedule;
  // Functions and schemas are no data.
  const { derived, schema }: Readonly<Record<string, unknown>> = schedule;
  const problems: Problem[] = [];
  if (configs !== undefined) problems.push(...configsProblems(configs));
  const names: readonly unknown[] = Array.isArray(parents) ? parents : [parents];
  if (parents !== undefined && !names.every((name) => typeof name === "string")) {
    problems.push(mismatch("extends", "a name of configs, or a list of names", parents));
  }
  for (const [key, needed] of Object.entries({ extends: parents, extraConfigs })) {
    if (needed === undefined || configs !== undefined) continue;
    const message = `needs configs: configurations with names, or the file that has them.`;
    problems.push({ place: key, message, remedy: "Add configs: configs.yaml, for example." });
  }
  if (config !== undefined && !isConfig(config)) {
    problems.push(mismatch("config", "an object with values", config));
  }
  if (extraConfigs !== undefined && (typeof extraConfigs !== "string" || extraConfigs === "")) {
    problems.push(mismatch("extraConfigs", "the name of a key", extraConfigs));
  }
  if (members !== undefined) problems.push(...membersProblems(members));
  if (derived !== undefined) problems.push(...derivedProblems(derived));
  if (schema !== undefined && !isSchema(schema)) {
    const expected =
      "a schema with `~standard`, such as z.object({ … }) of zod, or a JSON Schema or its path";
    problems.push(mismatch("schema", expected, schema));
  }
  return problems;
}

function configsProblems(configs: unknown): readonly Problem[] {
  if (typeof configs === "string" && configs !== "") return [];
  if (!isConfig(configs)) {
    return [mismatch("configs", "configurations by their names, or a path", configs)];
  }
  return Object.entries(configs).flatMap(([name, values]) => {
    const place = within("configs", name);
    if (!isConfig(values)) return [mismatch(place, "an object with values", values)];
    return [...nameProblems({ [name]: 0 }, "configs"), ...valueProblems(values, place)];
  });
}

function membersProblems(members: unknown): readonly Problem[] {
  const example = '{ list: "experts", prefix: "expert_", as: "expert" }';
  if (!isConfig(members)) return [mismatch("members", example, members)];
  const keys = ["list", "prefix", "as"];
  const wrong = keys.filter((key) => typeof members[key] !== "string" || members[key] === "");
  return [
    ...unknownKeys(members, keys, "members"),
    ...wrong.map((key) => mismatch(within("members", key), "a name", members[key])),
  ];
}

function derivedProblems(derived: unknown): readonly Problem[] {
  if (!isConfig(derived)) return [mismatch("derived", "functions by their names", derived)];
  return Object.entries(derived).flatMap(([name, one]: [string, unknown]) => {
    const place = within("derived", name);
    if (typeof one !== "function") return [mismatch(place, "a function of the config", one)];
    return name.split(".").flatMap((part) => nameProblems({ [part]: 0 }, "derived"));
  });
}

function isSchema(schema: unknown): boolean {
  const isObject = typeof schema === "object" || typeof schema === "function";
  if (!isObject || schema === null) return false;
  const standard: unknown = Reflect.get(schema, "~standard");
  if (typeof standard !== "object" || standard === null) return false;
  return typeof Reflect.get(standard, "validate") === "function";
}
