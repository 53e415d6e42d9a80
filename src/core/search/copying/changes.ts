import {
  type Config,
  type ConfigValue,
  isConfig,
  isList,
  RESERVED_NAMES,
  setAt,
  valueAt,
} from "../../config/config.ts";
import { nearestPath, show } from "../../config/problems.ts";
import { UserError } from "../../../errors.ts";
import { formatParameter, type GivenParameter } from "./parameter.ts";

/** What a copy has other than its search. */
export type Changes = {
  /** Parameters that the search does not have. */
  readonly added: readonly GivenParameter[];
  /** Parameters that it has; `algName` and `taskName`, too. */
  readonly overridden: readonly GivenParameter[];
};

const ADD = "additional_param";
const OVERRIDE = "override_param";
/** Parts of the storage's name, which a copy may change. */
const NAMED: readonly string[] = ["algName", "taskName"];

/** @throws UserError `usage` for what is named twice, or cannot be changed */
export function checkChanges({ added, overridden }: Changes): void {
  const all = [
    ...added.map((one) => ({ ...one, flag: ADD })),
    ...overridden.map((one) => ({ ...one, flag: OVERRIDE })),
  ];
  for (const [index, { path, value, flag }] of all.entries()) {
    const other = all.slice(0, index).find((one) => overlap(one.path, path));
    if (other !== undefined) {
      const text = `--${flag} ${path} and --${other.flag} ${other.path} say the same thing twice.`;
      throw new UserError("usage", text, "Keep one of them.");
    }
    if (flag === OVERRIDE && NAMED.includes(path) && typeof value === "string") continue;
    const [head = ""] = path.split(".");
    if (!RESERVED_NAMES.includes(head)) continue;
    throw new UserError("usage", `--${flag} ${path}: it is no parameter.`, REMEDIES[head] ?? "");
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  seed: "Copies have the seeds of their search.",
  desc: "--new_desc says the description.",
  algName: `Write --${OVERRIDE} algName=<name> to copy to another algorithm.`,
  taskName: `Write --${OVERRIDE} taskName=<name> to copy to another task.`,
};

/**
 * A configuration with the changes. What it does not have is not overridden.
 * @param label - of the experiment, for messages
 * @throws UserError `config-invalid` if an added parameter is there, or one would change its type
 */
export function withChanges(config: Config, { added, overridden }: Changes, label: string): Config {
  let changed = config;
  for (const one of overridden) {
    const before = valueAt(config, one.path);
    if (before === undefined) continue;
    checkType(one, before, label);
    changed = setAt(changed, one.path, one.value);
  }
  for (const one of added) {
    const before = valueAt(config, one.path);
    if (before !== undefined) {
      throw new UserError(
        "config-invalid",
        `--${ADD} ${one.path}: ${label} has it already: ${show(before)}.`,
        `Nothing was written. To change it, write --${OVERRIDE} ${formatParameter(one)}`,
      );
    }
    checkBranch(config, one.path, label);
    changed = setAt(changed, one.path, one.value);
  }
  return changed;
}

/** @throws UserError `config-invalid` for a name that no experiment has; the nearest of `example` is said */
export function unknownParameter(path: string, search: string, example: Config): UserError {
  const near = nearestPath(path, example);
  const meant = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  return new UserError(
    "config-invalid",
    `--${OVERRIDE} ${path}: no experiment of ${search} has such a parameter.${meant}`,
    `Nothing was written. Correct the name; if it is meant to be new, write --${ADD}.`,
  );
}

const isLate = (value: ConfigValue | undefined): value is string =>
  typeof value === "string" && value.includes("$<|");

/** What an added name is nearly called, so perhaps misspelt; undefined if nothing is near. */
export function nearlyKnown(path: string, example: Config): string | undefined {
  const last = path.slice(path.lastIndexOf(".") + 1);
  const near = nearestPath(path, example);
  // The same last part in another branch is a name of its own.
  return near === undefined || near.slice(near.lastIndexOf(".") + 1) === last ? undefined : near;
}

function checkType({ path, value, isTyped }: GivenParameter, before: ConfigValue, label: string) {
  // Of defaults: what it is, it becomes when it is computed.
  if (isLate(before)) return;
  const [now, then] = [kindOf(value), kindOf(before)];
  if (isTyped || now === then || now === "null" || then === "null") return;
  throw new UserError(
    "config-invalid",
    `--${OVERRIDE} ${path}: expected a ${then}, as it is in ${label} (${show(before)}), got the ${now} ${show(value)}.`,
    `Nothing was written. If another type is meant, say it: --${OVERRIDE} ${path}=…,str (int, float, str, bool).`,
  );
}

function kindOf(value: ConfigValue): string {
  if (value === null) return "null";
  if (isList(value)) return "list";
  if (isConfig(value)) return "branch";
  return typeof value === "string" ? "text" : typeof value === "number" ? "number" : "truth value";
}

function checkBranch(config: Config, path: string, label: string): void {
  const parts = path.split(".");
  for (let length = 1; length < parts.length; length++) {
    const branch = parts.slice(0, length).join(".");
    const value = valueAt(config, branch);
    if (value === undefined) return;
    if (isConfig(value)) continue;
    const text = `--${ADD} ${path}: ${branch} of ${label} is ${show(value)}, and has no names below it.`;
    throw new UserError("config-invalid", text, "Nothing was written. Give it another name.");
  }
}

const overlap = (one: string, other: string) =>
  one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
