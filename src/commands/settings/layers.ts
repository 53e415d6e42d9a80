import { dirname, join } from "node:path";

import { distance } from "fastest-levenshtein";

import { isConfig } from "../../core/config/config.ts";
import {
  formatProblems,
  mismatch,
  type Problem,
  suggestion,
  unknownKeys,
  within,
} from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { findProject, type Project } from "../project.ts";
import { isStrangeVariable, SETTING_NAMES, settingName, settingVariable } from "./names.ts";

/** Where a value comes from, the strongest first. */
export const SOURCE_KINDS = ["flag", "environment", "project", "user", "default"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** A value as somebody wrote it, before it is known what it should be. */
export type RawSetting = {
  readonly raw: unknown;
  readonly source: SourceKind;
  /** The variable, or the file; for messages. */
  readonly place: string;
  /** What paths are relative to, absolute. */
  readonly folder: string;
};

/** What is set by whom, by the setting's name; only the strongest source of each. */
export type Layers = ReadonlyMap<string, RawSetting>;

type LayersHost = Pick<Host, "files" | "modules" | "environment" | "workingFolder">;

/**
 * Reads what the environment, the project's file and the user's own file set.
 * @param from - where the project is looked for, absolute
 * @throws UserError `config-invalid` for a file or variable that sets what does not exist
 */
export async function readLayers(
  from: string,
  host: LayersHost,
): Promise<{ readonly layers: Layers; readonly project: Project; readonly userFile: string }> {
  const project = await findProject(host, from);
  const userFile = userFileOf(host);
  const layers = new Map([
    ...(await userLayer(userFile, host)),
    ...projectLayer(project),
    ...environmentLayer(host),
  ]);
  return { layers, project, userFile };
}

/** `$XDG_CONFIG_HOME/hatchery/config.yaml`, or below `~/.config`; empty where there is no home. */
function userFileOf({ environment }: Pick<Host, "environment">): string {
  const { XDG_CONFIG_HOME: xdg = "", HOME: home = "" } = environment;
  // A relative one is to be ignored, says the XDG base directory specification.
  const base = xdg.startsWith("/") ? xdg : home === "" ? "" : join(home, ".config");
  return base === "" ? "" : join(base, "hatchery", "config.yaml");
}

async function userLayer(file: string, host: LayersHost): Promise<Layers> {
  if (file === "" || host.files.size(file) === undefined) return new Map();
  const { default: value } = await host.modules.load(file);
  // An empty YAML file is null, and says nothing.
  if (value === null) return new Map();
  const problems = isConfig(value)
    ? unknownKeys(value, ["options"], "")
    : [mismatch("", "an object with `options`", value)];
  if (problems.length > 0) {
    const hint = "It may hold `options:` with the settings of docs/settings.md, and nothing else.";
    throw new UserError("config-invalid", formatProblems(file, problems), hint);
  }
  return optionsLayer((value as { options?: unknown }).options, "user", file);
}

function projectLayer({ settings, settingsFile, root }: Project): Layers {
  if (settingsFile === undefined) return new Map();
  const { rootDir, options } = settings;
  const layer = new Map(optionsLayer(options, "project", settingsFile));
  if (rootDir === undefined) return layer;
  if (layer.has("root_dir")) {
    const message = "is said twice: as `rootDir`, and as `root_dir` in `options`.";
    const text = formatProblems(settingsFile, [{ place: "rootDir", message }]);
    throw new UserError("config-invalid", text, "Remove one of the two.");
  }
  const place = settingsFile;
  return layer.set("root_dir", { raw: rootDir, source: "project", place, folder: root });
}

function optionsLayer(options: unknown, source: SourceKind, file: string): Layers {
  if (options === undefined || options === null) return new Map();
  const problems: Problem[] = [];
  const layer = new Map<string, RawSetting>();
  if (!isConfig(options)) problems.push(mismatch("options", "names and values", options));
  for (const [key, raw] of isConfig(options) ? Object.entries(options) : []) {
    const place = within("options", key);
    const name = settingName(key);
    if (!SETTING_NAMES.includes(name)) {
      problems.push({ place, message: `is not a setting.${suggestion(name, SETTING_NAMES)}` });
    } else if (layer.has(name)) {
      problems.push({ place, message: `sets ${name} a second time.` });
    }
    layer.set(name, { raw, source, place: `${file}: ${place}`, folder: dirname(file) });
  }
  if (problems.length > 0) {
    const hint = `Settings are ${SETTING_NAMES.join(", ")}.`;
    throw new UserError("config-invalid", formatProblems(file, problems), hint);
  }
  return layer;
}

function environmentLayer({
  environment,
  workingFolder,
}: Pick<Host, "environment" | "workingFolder">): Layers {
  refuseMisspelt(environment);
  const layer = new Map<string, RawSetting>();
  for (const name of SETTING_NAMES) {
    const place = settingVariable(name);
    const raw = environment[place];
    if (raw === undefined || raw === "") continue;
    layer.set(name, { raw, source: "environment", place, folder: workingFolder });
  }
  return layer;
}

/** Other variables may be anybody's; one that is nearly ours is a mistake that nobody would notice. */
function refuseMisspelt(environment: Host["environment"]): void {
  for (const variable of Object.keys(environment).filter(isStrangeVariable)) {
    const meant = SETTING_NAMES.map(settingVariable).find((one) => distance(variable, one) <= 2);
    if (meant === undefined) continue;
    throw new UserError(
      "config-invalid",
      `The environment has ${variable}, which is not a setting. Did you mean ${meant}?`,
      `Rename it, or remove it: unset ${variable}`,
    );
  }
}
