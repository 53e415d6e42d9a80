import { basename, dirname, extname, join, resolve } from "node:path";

import { type Config, isConfig } from "../../core/config/config.ts";
import { type Layer } from "../../core/config/layers/layer.ts";
import type { NamedConfig, Registry } from "../../core/config/layers/registry.ts";
import { valueProblems } from "../../core/config/parse-config.ts";
import { refusedName } from "../../core/config/names.ts";
import { formatProblems, mismatch, type Problem } from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { Project } from "../project.ts";
import { readSource, type SourceFile } from "./read-source.ts";

type FilesHost = Pick<Host, "files" | "modules" | "workingFolder">;

const ENDS = ["yaml", "yml", "json", "ts", "js"];
/** Read if it is there: what differs from machine to machine, such as folders of data. */
const MACHINE_FILES = ENDS.map((end) => `hatchery.machine.${end}`);

/**
 * The configurations that a schedule names: written in it, in a file, or each in a file of its own
 * in a folder.
 * @param scheduleFile - absolute
 * @throws UserError `not-found`, `config-invalid`
 */
export async function readRegistry(
  configs: Config | string,
  schedule: SourceFile,
  scheduleFile: string,
  host: FilesHost,
): Promise<Registry> {
  if (typeof configs !== "string") return registryOf(configs, schedule, ["configs"]);
  const path = resolve(dirname(scheduleFile), configs);
  const names = host.files.list(path);
  if (names !== undefined) return readFolder(path, names, host);
  if (host.files.size(path) === undefined) {
    const message = `There is no ${path}, where the schedule has its configs.`;
    throw new UserError("not-found", message, "Name a file or a folder, relative to the schedule.");
  }
  const source = await readSource(path, "config-invalid", host);
  if (!isConfig(source.value)) throw invalid(path, [mismatch("", "an object", source.value)]);
  return registryOf(source.value, source, []);
}

/** Where this machine's file is, absolute; undefined if there is none. @param given - the flag; `none` for no file */
export function findMachineFile(
  given: string | undefined,
  { root }: Pick<Project, "root">,
  { files, workingFolder }: Pick<Host, "files" | "workingFolder">,
): string | undefined {
  if (given === "none") return undefined;
  if (given !== undefined) return resolve(workingFolder, given);
  return MACHINE_FILES.map((name) => join(root, name)).find(
    (path) => files.size(path) !== undefined,
  );
}

/** The layer of this machine's file, if there is one. @param path - as {@link findMachineFile} finds it */
export async function readMachineLayer(
  path: string | undefined,
  host: FilesHost,
): Promise<readonly Layer[]> {
  if (path === undefined) return [];
  if (host.files.size(path) === undefined) {
    const message = `There is no ${path}, the file of this machine.`;
    throw new UserError("not-found", message, "Name another --machine_file, or none.");
  }
  const { value, file, placeOf } = await readSource(path, "config-invalid", host);
  const values = withoutSchema(checked(value, path));
  return [{ name: "the machine", values, mayAdd: false, file, placeOf }];
}

async function readFolder(
  folder: string,
  names: readonly string[],
  host: FilesHost,
): Promise<Registry> {
  const registry: Record<string, NamedConfig> = {};
  for (const name of names.filter((one) => ENDS.includes(extname(one).slice(1))).toSorted()) {
    const path = join(folder, name);
    const { value, file, placeOf } = await readSource(path, "config-invalid", host);
    registry[basename(name, extname(name))] = { values: checked(value, path), file, placeOf };
  }
  return registry;
}

function registryOf(configs: Config, source: SourceFile, above: readonly string[]): Registry {
  const { file, placeOf } = source;
  const registry: Record<string, NamedConfig> = {};
  for (const [name, values] of Object.entries(withoutSchema(configs))) {
    const refusal = refusedName(name);
    if (refusal !== undefined)
      throw invalid(file, [{ place: name, message: `the name ${refusal}` }]);
    registry[name] = {
      values: checked(values, file, name),
      file,
      placeOf: (path) => placeOf([...above, name, ...path]),
    };
  }
  return registry;
}

/** Where its format is described is for editors. */
function withoutSchema(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== "$schema"));
}

function checked(value: unknown, path: string, place = ""): Config {
  if (!isConfig(value)) throw invalid(path, [mismatch(place, "an object with values", value)]);
  const problems = valueProblems(value, place);
  if (problems.length > 0) throw invalid(path, problems);
  return value;
}

function invalid(path: string, problems: readonly Problem[]): UserError {
  const hint = "Nothing was written. Correct the file and prepare again.";
  return new UserError("config-invalid", formatProblems(path, problems), hint);
}
