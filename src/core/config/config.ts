import { isForbiddenName } from "./names.ts";

/** One value of a configuration, as JSON has it. Numbers are finite. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [name: string]: ConfigValue };

/** One run's configuration: names to values, in the author's order; may nest. */
export type Config = Readonly<Record<string, ConfigValue>>;

/** Set by the schedule, so neither a hyper-parameter nor taken from the defaults. */
export const RESERVED_NAMES: readonly string[] = ["algName", "taskName", "seed", "desc"];

/** Whether `value` is an object with names, so not null and not a list. */
export function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `config` has under `name` itself; what it inherits (`constructor`) is no value of it. */
export function ownValue(config: Config, name: string): ConfigValue | undefined {
  return Object.hasOwn(config, name) ? config[name] : undefined;
}

/** Whether a value is a list; `Array.isArray` does not tell readonly lists from objects. */
export function isList(value: ConfigValue | undefined): value is readonly ConfigValue[] {
  return Array.isArray(value);
}

/** The value at a dotted path (`"optimizer.lr"`), or undefined. Own properties only. */
export function valueAt(config: Config, path: string): ConfigValue | undefined {
  let value: ConfigValue | undefined = config;
  for (const name of path.split(".")) {
    if (!isConfig(value)) return undefined;
    value = ownValue(value, name);
  }
  return value;
}

/**
 * `config` with another value at a dotted path; what is missing on the way is created.
 * @throws RangeError if the path leads through a value that has no names, or has a forbidden name
 */
export function setAt(config: Config, path: string, value: ConfigValue): Config {
  const dot = path.indexOf(".");
  const name = dot < 0 ? path : path.slice(0, dot);
  if (isForbiddenName(name)) throw new RangeError(`${path} is not the path of a parameter.`);
  if (dot < 0) return { ...config, [name]: value };
  const inner = Object.hasOwn(config, name) ? config[name] : {};
  if (!isConfig(inner)) throw new RangeError(`${path} leads through ${name}, which has no names.`);
  return { ...config, [name]: setAt(inner, path.slice(dot + 1), value) };
}

/** `config` without what stands at a dotted path, and without the branches that are empty then. */
export function withoutPath(config: Config, path: string): Config {
  const dot = path.indexOf(".");
  const name = dot < 0 ? path : path.slice(0, dot);
  if (!Object.hasOwn(config, name)) return config;
  const { [name]: inner, ...others } = config;
  if (dot < 0) return others;
  if (!isConfig(inner)) return config;
  const left = withoutPath(inner, path.slice(dot + 1));
  return Object.keys(left).length === 0 ? others : { ...config, [name]: left };
}

/** The dotted paths of everything in a configuration, branches before their leaves. */
export function pathsOf(config: Config, prefix = ""): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    return isConfig(value) ? [path, ...pathsOf(value, `${path}.`)] : [path];
  });
}

/** What `config_unique.json` holds: the varied values, by their dotted names. */
export function uniqueConfig(config: Config, variedNames: readonly string[]): Config {
  const entries = variedNames.flatMap((name) => {
    const value = valueAt(config, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  // Not by assignment, to which `__proto__` means something else.
  return Object.fromEntries(entries);
}

/**
 * The texts of an experiment's configuration files, seed by seed: what {@link formatConfig} makes of
 * the configuration with the seed, but computed once, and the seed put in.
 */
export function formatSeeds(config: Config): (seed: number) => string {
  const isSpecial = Object.keys(config).length === 0 || Object.hasOwn(config, "seed");
  if (isSpecial) return (seed) => formatConfig({ ...config, seed });
  const head = formatConfig(config).slice(0, -"\n}\n".length);
  return (seed) => `${head},\n  "seed": ${seed}\n}\n`;
}

/** The text of a configuration file: one value a line, with a final newline. */
export function formatConfig(config: Config): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
