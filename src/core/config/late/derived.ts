import { formatPath, type Path } from "../../expression/syntax.ts";
import { type Config, type ConfigValue, isConfig, isList, setAt, valueAt } from "../config.ts";
import { valueProblems } from "../parse-config.ts";
import { nearestPath, type Problem } from "../problems.ts";
import { type Background, type Resolved, withheldName } from "./late-values.ts";

/**
 * Values that functions compute, by their dotted paths. They are computed after all late values; each
 * gets the configuration as it is then, read-only, with the derived values that it reads in place.
 */
export type Derived = Readonly<Record<string, (config: Config) => ConfigValue>>;

/**
 * `config` with its derived values. A function that reads a key that does not exist, that reads
 * itself by way of others, that changes the configuration or throws, is a problem.
 */
export function computeDerived(
  config: Config,
  derived: Derived,
  background: Background = {},
): Resolved {
  const run: Run = { config, derived, background, values: new Map(), stack: [], problems: [] };
  let computed = config;
  for (const path of Object.keys(derived)) {
    const value = valueOf(path, run);
    if (value !== undefined) computed = setAt(computed, path, value);
  }
  return { config: computed, problems: run.problems };
}

type Run = {
  readonly config: Config;
  readonly derived: Derived;
  readonly background: Background;
  /** By path; undefined for those that failed. */
  readonly values: Map<string, ConfigValue | undefined>;
  /** The functions that are being computed, each called by the one before. */
  readonly stack: string[];
  readonly problems: Problem[];
};

/** Stops a function whose value cannot be computed; its reason has become a problem already. */
class Unavailable extends Error {
  override readonly name = "Unavailable";
}

function valueOf(path: string, run: Run): ConfigValue | undefined {
  if (run.values.has(path)) return run.values.get(path);
  const start = run.stack.indexOf(path);
  if (start >= 0) {
    const names = [...run.stack.slice(start), path].join(" needs ");
    throw refuse(run, path, `needs itself: ${names}.`, "Compute one of them without the other.");
  }
  run.stack.push(path);
  const value = compute(path, run);
  run.stack.pop();
  run.values.set(path, value);
  return value;
}

function compute(path: string, run: Run): ConfigValue | undefined {
  const outer = outerValue(path, run.config);
  if (outer !== undefined) {
    run.problems.push({ place: path, message: `leads through ${outer}, which has no keys.` });
    return undefined;
  }
  try {
    const value: unknown = run.derived[path]?.(view(run.config, [], run));
    const problems = valueProblems(value, path);
    run.problems.push(...problems);
    // valueProblems found plain data. A copy is kept: the function may have returned part of a view.
    return problems.length > 0 ? undefined : structuredPlain(value);
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    const message = error instanceof Error ? error.message : String(error);
    run.problems.push({ place: path, message: `its function failed: ${message}` });
    return undefined;
  }
}

/** The first part of a path that is there and no object; nothing can be put below it. */
function outerValue(path: string, config: Config): string | undefined {
  const parts = path.split(".");
  const outer = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
  return outer.find((one) => {
    const value = valueAt(config, one);
    return value !== undefined && !isConfig(value);
  });
}

/** @param value - plain data, as was checked */
function structuredPlain(value: unknown): ConfigValue {
  return JSON.parse(JSON.stringify(value)) as ConfigValue;
}

function refuse(run: Run, place: string, message: string, remedy: string): Unavailable {
  run.problems.push({ place, message, remedy });
  return new Unavailable(message);
}

/** An object of the configuration as a function sees it: read-only, and with no unknown keys. */
function view(object: Config, path: Path, run: Run): Config {
  const inside = derivedInside(path, run);
  const target: Record<string, ConfigValue> = { ...object };
  for (const key of inside) target[key] ??= null;
  return new Proxy(target, {
    get: (_, key) => read(object, path, key, run),
    set: (_, key) => refuseChange(path, key),
    defineProperty: (_, key) => refuseChange(path, key),
    deleteProperty: (_, key) => refuseChange(path, key),
  });
}

/** The keys below `path` that lead to derived values. */
function derivedInside(path: Path, run: Run): readonly string[] {
  const prefix = path.map((part) => `${part}.`).join("");
  return Object.keys(run.derived)
    .filter((one) => one.startsWith(prefix))
    .map((one) => one.slice(prefix.length).split(".")[0] ?? "");
}

function read(object: Config, path: Path, key: string | symbol, run: Run): unknown {
  if (typeof key === "symbol") return Reflect.get(object, key);
  const here = [...path, key];
  const dotted = here.join(".");
  if (Object.hasOwn(run.derived, dotted)) {
    const value = valueOf(dotted, run);
    if (value === undefined) throw new Unavailable(dotted);
    return value;
  }
  const isOwn = Object.hasOwn(object, key);
  const value = isOwn ? object[key] : undefined;
  if (isConfig(value) || (value === undefined && derivedInside(path, run).includes(key))) {
    return view(isConfig(value) ? value : {}, here, run);
  }
  if (isList(value)) return frozen(value);
  if (isOwn) return value;
  // What every object has, and what `await` and JSON ask for, is no misspelt key.
  if (key in Object.prototype || key === "then" || key === "toJSON") {
    return Reflect.get(object, key);
  }
  throw missing(here, run);
}

function missing(path: Path, run: Run): Unavailable {
  const place = run.stack.at(-1) ?? "";
  const name = formatPath(path);
  const withheld = withheldName(path, run.background);
  if (withheld !== undefined) {
    const message = `its function reads ${JSON.stringify(name)}${withheld.reason}`;
    return refuse(run, place, message, withheld.remedy);
  }
  const removal = run.background.removalOf?.(path);
  if (removal !== undefined) {
    const message = `its function reads ${JSON.stringify(name)}, which ${removal.layer} removed.`;
    return refuse(run, place, message, `Ask first: ${JSON.stringify(path.at(-1))} in config.`);
  }
  const near = nearestPath(name, run.config);
  const remedy = near === undefined ? "" : `Did you mean ${JSON.stringify(near)}?`;
  return refuse(
    run,
    place,
    `its function reads ${JSON.stringify(name)}, which does not exist.`,
    remedy,
  );
}

function refuseChange(path: Path, key: string | symbol): never {
  throw new TypeError(`${[...path, String(key)].join(".")} cannot be changed here.`);
}

/** A copy of a list that nothing in it can change. */
function frozen(value: ConfigValue): ConfigValue {
  const copy = structuredClone(value);
  freezeDeep(copy);
  return copy;
}

function freezeDeep(value: ConfigValue): void {
  if (typeof value !== "object" || value === null) return;
  for (const part of Object.values(value) as readonly ConfigValue[]) freezeDeep(part);
  Object.freeze(value);
}
