import { isConfig } from "../config/config.ts";
import { mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";

/** `cluster` of the project's file: what a site's jobs need. Flags come before it. */
export type ClusterSettings = {
  /** `slurm`, `oar`, … or the path of a module with one of the user's own, relative to the project. */
  readonly scheduler?: string;
  readonly partition?: string;
  readonly account?: string;
  /** As `4:00:00`. */
  readonly time?: string;
  /** As `8G`. */
  readonly memory?: string;
  /** For each job. */
  readonly gpus?: number;
  readonly cpus?: number;
  /** Further lines of a script's head. */
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Lines of the shell before and after the workers. */
  readonly setup?: readonly string[];
  readonly cleanup?: readonly string[];
  readonly shell?: string;
  /** A folder for the output of jobs, relative to the project; `auto`: the storage's `logs`. */
  readonly logDir?: string;
};

const TEXTS = ["scheduler", "partition", "account", "time", "memory", "shell", "logDir"];
const COUNTS = ["gpus", "cpus"];
const LINES = ["options", "setup", "cleanup"];

/** What is wrong with `cluster` of a project's file. */
export function clusterSettingsProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, "an object", value)];
  const known = [...TEXTS, ...COUNTS, ...LINES, "environment"];
  const problems = [...unknownKeys(value, known, place)];
  const check = (names: readonly string[], isRight: (one: unknown) => boolean, what: string) => {
    for (const name of names) {
      const one = value[name];
      if (one !== undefined && !isRight(one))
        problems.push(mismatch(within(place, name), what, one));
    }
  };
  check(TEXTS, isText, "a text");
  check(COUNTS, (one) => Number.isSafeInteger(one) && Number(one) >= 0, "a whole number, ≥ 0");
  check(LINES, (one) => Array.isArray(one) && one.every(isText), "a list of texts");
  check(["environment"], isEnvironment, "an object of texts, its keys names of variables");
  return problems;
}

const isText = (value: unknown) => typeof value === "string" && value !== "";

function isEnvironment(value: unknown): boolean {
  return (
    isConfig(value) &&
    Object.entries(value).every(
      ([name, text]) => /^[A-Za-z_]\w*$/.test(name) && typeof text === "string",
    )
  );
}
