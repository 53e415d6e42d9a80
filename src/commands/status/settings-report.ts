import { basename } from "node:path";

import { cut } from "../../core/terminal-text.ts";
import type { Host } from "../../host.ts";
import { findMachineFile } from "../prepare/composition-files.ts";
import { renderTable } from "../plain-table.ts";
import { type Project, storageRoot } from "../project.ts";
import { type DeclaredFlag, flagsOf } from "../settings/flags.ts";
import { type Layers, readLayers, type SourceKind } from "../settings/layers.ts";
import { SETTING_NAMES, settingVariable } from "../settings/names.ts";
import { settingValue } from "../settings/values.ts";

/** One setting, and where its value comes from. */
export type SettingReport = {
  readonly name: string;
  /** Null: it has none, and is decided by the search or the command. */
  readonly value: unknown;
  readonly source: SourceKind;
  /** The flag, the variable, or the file and the key in it; null for a default. */
  readonly place: string | null;
  /** The variable that would set it; null for what only the project's file says. */
  readonly variable: string | null;
  readonly commands: readonly string[];
};

export type SettingsReport = {
  readonly projectFolder: string;
  /** Null: the project has none. */
  readonly projectFile: string | null;
  /** Null: there is none. */
  readonly userFile: string | null;
  /** Where that is looked for; null without a home. */
  readonly userFilePlace: string | null;
  readonly settings: readonly SettingReport[];
};

type Declared = { readonly flag: DeclaredFlag; readonly commands: readonly string[] };

/**
 * Every setting of every command.
 * @param from - where the project is looked for, absolute
 * @param given - what this command line gives
 * @throws UserError `config-invalid`
 */
export async function reportSettings(
  from: string,
  given: Readonly<Record<string, unknown>>,
  host: Host,
): Promise<SettingsReport> {
  const { layers, project, userFile } = await readLayers(from, host);
  const declared = await declaredSettings();
  const settings = SETTING_NAMES.flatMap((name) => {
    const one = declared.get(name);
    return one === undefined ? [] : [reportOne(one, layers, given, project, host)];
  });
  return {
    projectFolder: project.root,
    projectFile: project.settingsFile ?? null,
    userFile: host.files.size(userFile) === undefined ? null : userFile,
    userFilePlace: userFile === "" ? null : userFile,
    settings: [...settings, machineFile(project, host), ...projectFacts(project)],
  };
}

async function declaredSettings(): Promise<ReadonlyMap<string, Declared>> {
  const declared = new Map<string, Declared>();
  // Only now: it is every command.
  const { COMMANDS } = await import("../all.ts");
  for (const command of COMMANDS) {
    for (const flag of await flagsOf(command)) {
      const others = declared.get(flag.name)?.commands ?? [];
      declared.set(flag.name, { flag, commands: [...others, command.name] });
    }
  }
  return declared;
}

function reportOne(
  { flag, commands }: Declared,
  layers: Layers,
  given: Readonly<Record<string, unknown>>,
  project: Project,
  host: Host,
): SettingReport {
  const { name } = flag;
  const common = { name, variable: settingVariable(name), commands };
  const setting = layers.get(name);
  // Checked also where the flag is stronger: the next call may be without it.
  const set = setting === undefined ? undefined : settingValue(flag, setting);
  if (given[name] !== undefined) {
    return { ...common, value: given[name], source: "flag", place: `--${name}` };
  }
  if (setting !== undefined) {
    return { ...common, value: set, source: setting.source, place: setting.place };
  }
  const value = name === "root_dir" ? storageRoot(undefined, project, host) : flag.default;
  return { ...common, value: value ?? null, source: "default", place: null };
}

/** What alprep reads where no flag names another one. */
function machineFile(project: Project, host: Host): SettingReport {
  const place = findMachineFile(undefined, project, host) ?? null;
  const value = place === null ? null : basename(place);
  const rest = { source: "default", place, variable: null, commands: ["alprep"] } as const;
  return { name: "machine_file", value, ...rest };
}

/** What the project's file says besides the flags. */
function projectFacts({ settings, settingsFile }: Project): readonly SettingReport[] {
  if (settingsFile === undefined) return [];
  const { program, metric, repositories } = settings;
  return Object.entries({ program, metric, repositories }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          {
            name,
            value,
            source: "project" as const,
            place: settingsFile,
            variable: null,
            commands: ["alprep"],
          },
        ],
  );
}

export function renderSettings(report: SettingsReport, columns?: number): string {
  const { projectFile, projectFolder, userFile, userFilePlace, settings } = report;
  const from = ({ source, place }: SettingReport) =>
    place === null ? source : `${source} (${place})`;
  const table = renderTable([
    { head: "setting", align: "left", cells: settings.map(({ name }) => name) },
    {
      head: "value",
      align: "left",
      cells: settings.map(({ value }) => (value === null ? "" : show(value))),
    },
    { head: "from", align: "left", cells: settings.map(from) },
    { head: "used by", align: "left", cells: settings.map(({ commands }) => commands.join(", ")) },
  ]);
  const lines = [
    `project's file: ${projectFile ?? `none in ${projectFolder} or above`}`,
    `user's file:    ${userFile ?? `none at ${userFilePlace ?? "all: HOME is not set"}`}`,
    "",
    ...table.split("\n").map((line) => line.trimEnd()),
  ];
  return (columns === undefined ? lines : lines.map((line) => cut(line, columns))).join("\n");
}

const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
