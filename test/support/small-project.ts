import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "./commands.ts";

export type SmallProject = {
  /** Files by name, written into the project. */
  readonly files?: Readonly<Record<string, string>>;
  readonly program:
    { readonly module: string } | { readonly command: readonly string[]; readonly output?: object };
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Values of the one varied parameter `x`. */
  readonly values: readonly unknown[];
  readonly seeds?: readonly number[];
};

/** Writes a project into `folder` and prepares its search. @returns the storage, absolute */
export async function prepareProject(folder: string, project: SmallProject): Promise<string> {
  const { files = {}, program, defaults = {}, values, seeds = [1] } = project;
  // Plain JavaScript files are modules.
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeSchedule(folder, { program, defaults, values, seeds });
  const { code, stdout, stderr } = await runCommand(
    "alprep",
    ["-f", "grid_schedule_small.json", "--quiet"],
    folder,
  );
  expect(code, stderr).to.equal(0);
  return join(folder, "storage", stdout.trim());
}

/** The list that alprep writes beside the schedule. */
export const LIST = ["-f", "list_searches_small.txt"];

export function writeSchedule(
  folder: string,
  { program, defaults = {}, values, seeds = [1] }: SmallProject,
): void {
  const schedule = {
    kind: "grid",
    algNames: ["a"],
    taskNames: ["t"],
    seeds,
    program,
    // Null: tests vary it over values of all types.
    defaults: { x: null, ...defaults },
    variations: { x: values },
  };
  writeFileSync(join(folder, "grid_schedule_small.json"), JSON.stringify(schedule));
}

/** The flag of each run by `experiment/seed`, the owner left out. */
export function flagsOf(storage: string): Readonly<Record<string, string>> {
  const names = readdirSync(storage, { recursive: true, encoding: "utf8" });
  const flags = names.flatMap((name) => {
    const [, run = "", flag = ""] =
      /^experiment(\d+\/seed\d+)\/(UNHATCHED|OPENED|COMPLETED|CRASH|RESETTING)[^/]*$/.exec(name) ??
      [];
    return run === "" ? [] : [[run.replace("seed", ""), flag] as const];
  });
  return Object.fromEntries(flags.sort());
}

/** What stands in a run folder's JSON file. */
export function readRunFile(
  storage: string,
  experiment: number,
  name = "run.json",
): Readonly<Record<string, unknown>> {
  const path = join(storage, `experiment${experiment}`, "seed1", name);
  return JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;
}

/** Waits for a condition, but not for ever: a test that has failed would keep its process alive. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  atMostMs = 60_000,
  everyMs = 20,
): Promise<void> {
  const endMs = performance.now() + atMostMs;
  while (!(await condition())) {
    if (performance.now() > endMs)
      throw new Error(`Not so after ${atMostMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Lines of a file below the project; none if there is no such file. */
export function linesOf(folder: string, name: string): readonly string[] {
  try {
    return readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
}
