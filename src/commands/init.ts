import { dirname, join, relative, resolve } from "node:path";

import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Command } from "./command.ts";

const LANGUAGES = ["typescript", "python"] as const;
type Language = (typeof LANGUAGES)[number];

export type InitOptions = {
  readonly folder: string;
  readonly language: Language;
  readonly dryRun: boolean;
};

export type InitReport = {
  readonly dryRun: boolean;
  /** Absolute. */
  readonly folder: string;
  /** The folder as the person names it; empty for the working folder. */
  readonly shortFolder: string;
  /** What was written, relative to it. */
  readonly written: readonly string[];
  readonly schedule: string;
};

/** Files of the package that become part of a project, besides those of its template. */
const CLIENTS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  // A copy, so that the program can be run by hand as well.
  python: { "hatchery.py": "clients/python/hatchery.py" },
  typescript: {},
};

/** alinit: a starting project, whose search runs at once. */
export const init: Command<InitOptions, InitReport> = {
  name: "alinit",
  summary: "Writes a small project to start from: a program, a schedule, and the project's file.",
  examples: [
    ["alinit --language python", "in the working folder"],
    ["alinit --folder my-search --language typescript", "in a new one"],
  ],

  parse: async (args) => {
    const given = await args
      .option("folder", { type: "string", default: ".", describe: "where the project begins" })
      .option("language", {
        alias: "l",
        choices: LANGUAGES,
        default: "typescript" as const,
        describe: "of the program",
      })
      .option("dry_run", { type: "boolean", default: false, describe: "only say what is written" })
      .parseAsync();
    return { folder: given.folder, language: given.language, dryRun: given.dry_run };
  },

  run: (options, host) => {
    const folder = resolve(host.workingFolder, options.folder);
    const files = filesOf(options.language, host);
    const written = Object.keys(files).sort();
    refuseToOverwrite(folder, written, host);
    if (!options.dryRun) {
      for (const name of written) {
        host.files.makeFolders(dirname(join(folder, name)));
        host.files.write(join(folder, name), host.files.read(files[name] ?? "") ?? "");
      }
    }
    const schedule = written.find((name) => name.startsWith("schedules/")) ?? "";
    const shortFolder = relative(host.workingFolder, folder);
    return Promise.resolve({ dryRun: options.dryRun, folder, shortFolder, written, schedule });
  },

  render: ({ dryRun, shortFolder, written, schedule }) => {
    const list = dirname(schedule);
    const lines = [
      `${dryRun ? "Would be written" : "Written"}:`,
      ...written.map((name) => `  ${join(shortFolder, name)}`),
      "",
      "Next:",
      ...(shortFolder === "" ? [] : [`  cd ${shortFolder}`]),
      `  alprep --schedule_file ${schedule}`,
      `  allaunch --from_file ${list}/list_searches_first.txt --n_processes 2`,
      `  albench --from_file ${list}/list_searches_first.txt --benchmark_type compare_searches`,
    ];
    return lines.join("\n");
  },
  toJson: ({ dryRun, folder, written, schedule }) => ({
    schemaVersion: 1,
    dryRun,
    folder,
    written,
    schedule,
  }),
  ids: ({ written }) => written,
};

/** The package's file for each file of the project. */
function filesOf(language: Language, host: Host): Readonly<Record<string, string>> {
  const template = host.packageFile(`templates/${language}`);
  const names = listFiles(template, "", host);
  const fromTemplate = names.map((name) => [name, join(template, name)] as const);
  const clients = Object.entries(CLIENTS[language]).map(
    ([name, path]) => [name, host.packageFile(path)] as const,
  );
  return Object.fromEntries([...fromTemplate, ...clients]);
}

function listFiles(folder: string, prefix: string, host: Pick<Host, "files">): readonly string[] {
  return (host.files.list(join(folder, prefix)) ?? []).flatMap((name) => {
    const path = join(prefix, name);
    return name.includes(".") ? [path] : listFiles(folder, path, host);
  });
}

function refuseToOverwrite(folder: string, names: readonly string[], { files }: Host): void {
  const existing = names.filter((name) => files.size(join(folder, name)) !== undefined);
  if (existing.length === 0) return;
  throw new UserError(
    "refused",
    `${folder} holds ${existing.join(", ")} already; nothing was written.`,
    "Name a new folder with --folder.",
  );
}
