import { dirname, resolve } from "node:path";

import { counted } from "../core/counted.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Command } from "./command.ts";
import { storageChoice, storageOptions } from "./options.ts";
import { findProject } from "./project.ts";
import { startPace } from "./publishing/pace.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import { type PlannedUpdate, planUpdate } from "./update/plan.ts";
import { renderUpdate, reportUpdate, updateLines, type UpdateReport } from "./update/report.ts";
import { writeUpdate } from "./update/write.ts";

export type { UpdateReport };

export type UpdateOptions = StorageChoice & {
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** alupdate: what is made of configurations, made again where it does not fit them any more. */
export const update: Command<UpdateOptions, UpdateReport> = {
  name: "alupdate",
  summary: "Brings config_unique.json and the storages' files up to date with the configurations.",
  examples: [
    [
      "alupdate -f schedules/digits/list_searches_digits.txt --dry_run",
      "says which files do not fit their configurations, and writes nothing",
    ],
    [
      "alupdate -s ju12_f7b375e_mlp_digits_grid_first --yes",
      "writes them again, without being asked",
    ],
  ],

  parse: async (args) => {
    const given = await storageOptions(args)
      .option("dry_run", { type: "boolean", default: false, describe: "say it, do not do it" })
      .option("yes", { type: "boolean", default: false, describe: "do not ask" })
      .parseAsync();
    return { ...storageChoice(given), dryRun: given.dry_run, yes: given.yes };
  },

  run: async (options, host, signal) => {
    const { storages } = await chooseStorages(options, host);
    const { fromFile, dryRun } = options;
    const from = fromFile === undefined ? "." : dirname(fromFile);
    const { settings } = await findProject(host, resolve(host.workingFolder, from));
    const plans = storages.map((storage) => planUpdate(storage, settings.volatile ?? [], host));
    const planned = plans.map((plan) => reportUpdate(plan, 0));
    const lines = planned.flatMap(updateLines);
    if (dryRun || lines.length === 0) return { dryRun, stopped: false, storages: planned };
    if (!options.yes) await confirm(lines, host);
    return { dryRun, ...(await write(plans, lines.length, host, signal)) };
  },

  render: renderUpdate,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ storages }) =>
    storages.flatMap(({ name, updates }) => updates.map(({ path }) => `${name}/${path}`)),
  exitCode: ({ storages }) => (storages.some(({ unreadable }) => unreadable.length > 0) ? 1 : 0),
};

async function write(
  plans: readonly PlannedUpdate[],
  count: number,
  host: Host,
  signal: AbortSignal,
): Promise<Omit<UpdateReport, "dryRun">> {
  const pace = startPace(count, host, signal);
  const storages: UpdateReport["storages"][number][] = [];
  try {
    for (const plan of plans) {
      const { written, isComplete } = await writeUpdate(plan, host, pace);
      storages.push(reportUpdate(plan, written));
      if (!isComplete) return { stopped: true, storages };
    }
  } finally {
    pace.stop();
  }
  return { stopped: false, storages };
}

/** @throws UserError `usage` if nobody can be asked, `refused` for a no; nothing is done then */
async function confirm(lines: readonly string[], { terminal }: Host): Promise<void> {
  const text = `To be written again:\n${lines.join("\n")}`;
  const answer = await terminal.confirm(`${text}\nWrite ${counted(lines.length, "file")}?`);
  if (answer === true) return;
  throw new UserError(
    answer === undefined ? "usage" : "refused",
    answer === undefined
      ? `It would overwrite, and nobody could be asked. ${text}`
      : "Nothing was written.",
    "Pass --yes to go ahead without being asked, or --dry_run to look only.",
  );
}
