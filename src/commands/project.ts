import { dirname, join, resolve } from "node:path";

import { type Config, isConfig } from "../core/config/config.ts";
import { formatProblems, mismatch, type Problem, unknownKeys } from "../core/config/problems.ts";
import { completeMetric, metricProblems } from "../core/search/metric.ts";
import {
  type ClusterSettings,
  clusterSettingsProblems,
} from "../core/scheduling/cluster-settings.ts";
import { programProblems } from "../core/search/program.ts";
import type { MetricOptions } from "../core/search/metric.ts";
import type { Metric } from "../core/search/metric.ts";
import type { Program } from "../core/search/search-facts.ts";
import { volatileProblems } from "../core/search/volatile.ts";
import { errnoOf, UserError } from "../errors.ts";
import type { Host } from "../host.ts";

/** What the project's file `hatchery.config.{ts,js,json,yaml}` may say. */
export type ProjectSettings = {
  readonly program?: Program;
  readonly metric?: Metric;
  /** Where storages lie, relative to the project's root. */
  readonly rootDir?: string;
  /** The repositories whose code a search uses, relative to the project's root. */
  readonly repositories?: readonly string[];
  /** Dotted names of parameters that make no other experiment, in any of its searches. */
  readonly volatile?: readonly string[];
  readonly cluster?: ClusterSettings;
  /** Values of flags for all commands: see docs/settings.md. Checked by whoever reads them. */
  readonly options?: Config;
};

export type Project = {
  /** Absolute. */
  readonly root: string;
  readonly settings: ProjectSettings;
  /** Absolute; undefined if the project has none. */
  readonly settingsFile: string | undefined;
};

const SETTINGS_FILES = ["ts", "js", "json", "yaml"].map((end) => `hatchery.config.${end}`);
const KEYS = ["program", "metric", "rootDir", "repositories", "volatile", "cluster", "options"];

/**
 * The project that holds the folder `from`, or else the working folder: the nearest folder upwards
 * with a settings file, looked for up to the repository's root; or else the nearest with `.git` or
 * `package.json`; or else the working folder.
 * @throws UserError `config-invalid`
 */
export async function findProject(
  host: Pick<Host, "files" | "modules" | "workingFolder">,
  from: string,
): Promise<Project> {
  const root = rootAbove(from, host) ?? rootAbove(host.workingFolder, host) ?? host.workingFolder;
  const [name, other] = SETTINGS_FILES.filter((file) => listed(root, host).includes(file));
  if (name === undefined) return { root, settings: {}, settingsFile: undefined };
  if (other !== undefined) {
    throw new UserError(
      "config-invalid",
      `${root} holds both ${name} and ${other}, expected one project file.`,
      "Remove one of them.",
    );
  }
  const settingsFile = join(root, name);
  const value = await loadSettings(settingsFile, host);
  return { root, settings: checkSettings(value, settingsFile), settingsFile };
}

/**
 * Where storages lie, absolute: `given`, or what the project's file says, or `./storage`.
 * @param given - the flag, or what the settings put in its place
 */
export function storageRoot(
  given: string | undefined,
  { root, settings }: Project,
  { workingFolder }: Pick<Host, "workingFolder">,
): string {
  if (given !== undefined && given !== "") return resolve(workingFolder, given);
  return resolve(root, settings.rootDir ?? "storage");
}

async function loadSettings(path: string, host: Pick<Host, "modules">): Promise<unknown> {
  try {
    return (await host.modules.load(path))["default"];
  } catch (error) {
    // Whatever an author's file throws is the author's to mend.
    if (error instanceof UserError) throw error;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const message = `${path} cannot be loaded: ${what}`;
    throw new UserError("config-invalid", message, "Correct the project's file.", { cause: error });
  }
}

function rootAbove(from: string, host: Pick<Host, "files">): string | undefined {
  let marked: string | undefined;
  for (let folder = from; ; folder = dirname(folder)) {
    const names = listed(folder, host);
    if (names.some((name) => SETTINGS_FILES.includes(name))) return folder;
    if (names.includes(".git") || names.includes("package.json")) marked ??= folder;
    // A settings file above the repository belongs to something else.
    if (names.includes(".git") || dirname(folder) === folder) return marked;
  }
}

function listed(folder: string, { files }: Pick<Host, "files">): readonly string[] {
  try {
    return files.list(folder) ?? [];
  } catch (error) {
    // Folders far above the project may be closed to this user.
    if (errnoOf(error) === "EACCES" || errnoOf(error) === "EPERM") return [];
    throw error;
  }
}

/** @param source - path, for the message only */
function checkSettings(value: unknown, source: string): ProjectSettings {
  const problems = settingsProblems(value);
  if (problems.length > 0 || !isConfig(value)) {
    const hint = `Correct the project's file. It may hold ${KEYS.join(", ")}.`;
    throw new UserError("config-invalid", formatProblems(source, problems), hint);
  }
  // Every key was just checked.
  const { metric, ...rest } = value as Omit<ProjectSettings, "metric"> & { metric?: MetricOptions };
  return metric === undefined ? rest : { ...rest, metric: completeMetric(metric) };
}

function settingsProblems(value: unknown): readonly Problem[] {
  if (!isConfig(value)) return [mismatch("", "an object as the default export", value)];
  const { program, metric, rootDir, repositories, volatile, cluster } = value;
  const problems = [...unknownKeys(value, KEYS, "")];
  if (program !== undefined) problems.push(...programProblems(program, "program"));
  if (metric !== undefined) problems.push(...metricProblems(metric, "metric"));
  if (rootDir !== undefined && (typeof rootDir !== "string" || rootDir.includes("\0"))) {
    problems.push(mismatch("rootDir", "a path", rootDir));
  }
  if (volatile !== undefined) problems.push(...volatileProblems(volatile, "volatile"));
  if (repositories !== undefined && !isListOfTexts(repositories)) {
    problems.push(mismatch("repositories", "a list of paths, at least one", repositories));
  }
  if (cluster !== undefined) problems.push(...clusterSettingsProblems(cluster, "cluster"));
  return problems;
}

function isListOfTexts(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")
  );
}
