import { basename, dirname, join, relative } from "node:path";

import { counted } from "../../core/counted.ts";
import { formatJobScript } from "../../core/scheduling/job-script.ts";
import { PENDING_FLAG } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { JOB_SCRIPT, JOB_SCRIPT_LIST, runLabel } from "../../tree/paths.ts";
import { keepCode } from "../launch/code-version.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { nameAnteriorJobs } from "./anterior-jobs.ts";
import { type ChosenSearch, chooseSearch } from "./chosen-search.ts";
import { logFolder, planJobs } from "./job-plan.ts";

/** The job scripts that allaunch --job_scripts wrote. */
export type ScriptsReport = {
  readonly kind: "scripts";
  readonly dryRun: boolean;
  readonly scripts: number;
  /** Absolute paths, one for each storage. */
  readonly lists: readonly string[];
  readonly storages: readonly string[];
};

/**
 * Writes a job script into the folder of each run that waits, and a list of them into its storage, for
 * those who submit themselves. What was written before is written anew.
 * @throws UserError
 */
export async function writeJobScripts(asked: LaunchOptions, host: Host): Promise<ScriptsReport> {
  const chosen = await chooseSearch(asked, host);
  const options = keepCode(await nameAnteriorJobs(asked, chosen.scheduler, host), chosen, host);
  const { storages } = chosen;
  const lists: string[] = [];
  let scripts = 0;
  for (const storage of storages) {
    const written = writeScriptsOf(storage, options, chosen, host);
    scripts += written.length;
    const list = join(storage, JOB_SCRIPT_LIST);
    if (!options.dryRun)
      host.files.replace(list, written.map((path) => `${relative(storage, path)}\n`).join(""));
    lists.push(list);
  }
  const names = storages.map((storage) => basename(storage));
  return { kind: "scripts", dryRun: options.dryRun, scripts, lists, storages: names };
}

/** @returns absolute paths, in the order of work */
function writeScriptsOf(
  storage: string,
  options: LaunchOptions,
  chosen: ChosenSearch,
  host: Host,
): readonly string[] {
  const { files } = host;
  const logs = logFolder(chosen, storage);
  if (!options.dryRun) files.makeFolder(logs);
  const waiting = listRuns(storage, host).filter(({ path }) =>
    (files.list(path) ?? []).includes(PENDING_FLAG),
  );
  return waiting.map((run) => {
    const label = `experiment${run.experiment}/seed${run.seed}`;
    const one = { ...options, nProcesses: 1, runs: [label] };
    const { request, script } = planJobs(one, { ...chosen, storages: [storage] }, host);
    const path = join(run.path, JOB_SCRIPT);
    const output = join(logs, `job_${label.replace("/", "_")}_`);
    const text = formatJobScript(
      chosen.scheduler,
      { ...request, output, tasks: 1 },
      { ...script, about: [`${runLabel(run)}; written by allaunch --job_scripts.`] },
    );
    if (!options.dryRun) {
      files.write(path, text);
      files.makeExecutable(path);
    }
    return path;
  });
}

export function renderScripts({ scripts, lists, dryRun }: ScriptsReport): string {
  if (dryRun)
    return `Would write ${counted(scripts, "job script")}. Nothing was written (--dry_run).`;
  const where = lists.map((list) => `  ${list}`).join("\n");
  return `Wrote ${counted(scripts, "job script")}, one for each run that waits. They are listed in\n${where}\nalsub submits them: alsub ${basename(dirname(lists[0] ?? ""))}/${JOB_SCRIPT_LIST}`;
}
