import { dirname, relative, resolve } from "node:path";

import type { Argv } from "yargs";

import { checkChanges } from "../core/search/copying/changes.ts";
import { type GivenParameter, parseParameter } from "../core/search/copying/parameter.ts";
import { show } from "../core/config/problems.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { readSearchFacts } from "../tree/search-file.ts";
import type { Command } from "./command.ts";
import { type PlannedCopy, planCopies } from "./copy/plan.ts";
import { type CopyReport, renderCopies, renderCopy, reportCopy } from "./copy/report.ts";
import { draftOf } from "./copy/write.ts";
import { storageChoice, storageOptions } from "./options.ts";
import { findProject } from "./project.ts";
import { addToList } from "./publishing/add-to-list.ts";
import { confirmWriting } from "./publishing/confirm-writing.ts";
import { publishPlanned } from "./publishing/publish-storages.ts";
import { createValuesDrawer } from "./publishing/variations-figure.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";

export type { CopyReport };

export type CopyOptions = StorageChoice & {
  readonly newDesc: string | undefined;
  readonly appendNewDesc: boolean;
  readonly added: readonly GivenParameter[];
  readonly overridden: readonly GivenParameter[];
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** alcopy: new storages with the configurations of searches, waiting to be run. */
export const copy: Command<CopyOptions, CopyReport> = {
  name: "alcopy",
  summary: "Copies the configurations of searches to new storages, to be run afresh.",
  examples: [
    [
      "alcopy -f schedules/digits/list_searches_digits.txt --new_desc longer --override_param epochs=40",
      "the same searches with 40 epochs, described as <old>_longer",
    ],
    [
      "alcopy -s ju12_f7b375e_mlp_digits_grid_first --additional_param dropout=0.1,float",
      "the same search with a parameter that it did not have",
    ],
    [
      "alcopy -f list_searches_digits.txt --new_desc wine --override_param taskName=wine --dry_run",
      "says what a copy for another task would be, and writes nothing",
    ],
  ],

  parse: parseOptions,

  run: async (options, host, signal) => {
    const { dryRun, rootDir, fromFile } = options;
    checkOptions(options);
    const { root, storages } = await chooseStorages(options, host);
    const from = fromFile === undefined ? "." : dirname(fromFile);
    const { settings } = await findProject(host, resolve(host.workingFolder, from));
    const sources = storages.map((storage) => ({ storage, facts: readSearchFacts(storage, host) }));
    const given = { ...options, volatile: settings.volatile ?? [] };
    const plans = planCopies(root, sources, given, host);
    const planned = plans.map(reportCopy);
    const lists = [...new Set(plans.map(({ list }) => relative(host.workingFolder, list)))];
    const report = { dryRun, stopped: false, copies: planned, lists, rootDir };
    if (dryRun) return report;
    const isNothing = planned.every(({ runs }) => runs === 0);
    if (!options.yes && !isNothing) await confirmWriting(planned.map(renderCopy), host);
    const names = await write(plans, root, host, signal);
    const copies = planned.flatMap((one, index) => {
      const name = names[index];
      return name === undefined ? [] : [{ ...one, name }];
    });
    return { ...report, stopped: copies.length < planned.length, copies };
  },

  render: renderCopies,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ copies }) => copies.map(({ name }) => name),
};

async function parseOptions(args: Argv): Promise<CopyOptions> {
  const given = await storageOptions(args)
    .option("new_desc", {
      type: "string",
      defaultDescription: "that of the search",
      describe: "description of the copies, behind that of their search",
    })
    .option("append_new_desc", {
      type: "boolean",
      default: true,
      describe: "false: --new_desc in place of the search's description",
    })
    .option("additional_param", {
      type: "string",
      array: true,
      default: [] as string[],
      describe:
        "name=value[,type]: a parameter that the search does not have; int, float, str, bool; may be repeated",
    })
    .option("override_param", {
      type: "string",
      array: true,
      default: [] as string[],
      describe: "the same for a parameter that it has; also algName and taskName",
    })
    .option("dry_run", { type: "boolean", default: false, describe: "say it, do not do it" })
    .option("yes", { type: "boolean", default: false, describe: "do not ask" })
    .parseAsync();
  return {
    ...storageChoice(given),
    newDesc: given.new_desc,
    appendNewDesc: given.append_new_desc,
    added: given.additional_param.map((text) => parseParameter(text, "additional_param")),
    overridden: given.override_param.map((text) => parseParameter(text, "override_param")),
    dryRun: given.dry_run,
    yes: given.yes,
  };
}

function checkOptions(options: CopyOptions): void {
  checkChanges(options);
  const { newDesc } = options;
  if (newDesc !== undefined && !/^[A-Za-z0-9.+_-]+$/.test(newDesc)) {
    const text = `--new_desc ${show(newDesc)}: expected letters, digits, "+", "-", "." or "_".`;
    throw new UserError("usage", text, "It becomes a part of the storages' names.");
  }
  if (options.appendNewDesc || newDesc !== undefined) return;
  const text = "--append_new_desc says where --new_desc goes, and there is none.";
  throw new UserError("usage", text, "Give --new_desc, or leave it out.");
}

/** @returns the name of each copy, those that were there included; undefined for what was not written */
async function write(
  plans: readonly PlannedCopy[],
  root: string,
  host: Host,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const draw = createValuesDrawer(host);
  const draft = (plan: PlannedCopy) => draftOf(plan, draw, host);
  const names = await publishPlanned(root, plans, draft, host, signal);
  for (const { existing, list } of plans) {
    if (existing !== undefined) await addToList(list, [existing], host);
  }
  return plans.map((plan) => names.get(plan) ?? plan.existing);
}
