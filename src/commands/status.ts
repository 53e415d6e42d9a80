import { summarise } from "./status/summary.ts";
import { basename, join } from "node:path";

import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { listStorages } from "../tree/directory-tree.ts";
import type { Command } from "./command.ts";
import { storageChoice, storageOptions } from "./options.ts";
import { findProject, storageRoot } from "./project.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import { type StorageStatus } from "./status/summary.ts";
import { renderSummary } from "./status/summary-table.ts";

export type StatusOptions = StorageChoice;
export type StatusReport = { readonly root: string; readonly storages: readonly StorageStatus[] };

/** alstatus: how far searches are. */
export const status: Command<StatusOptions, StatusReport> = {
  name: "alstatus",
  summary: "Says how far searches are: runs in each state, rate, and time left.",
  examples: [
    ["alstatus", "all storages of the project"],
  ],
  parse: async (args) => storageChoice(await storageOptions(args).parseAsync()),
  run: async (options, host, signal) => {
    const { root, storages } = await storagesOf(options, host);
    const found = [];
    for (const storage of storages) { const one = await summarise(storage, host, signal); if (one) found.push(one); }
    return { root, storages: found };
  },
  render: ({ root, storages }, columns) => renderSummary(storages, columns),
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ storages }) => storages.map(({ name }) => name),
};

/** Those that are named, or else all of the root. */
async function storagesOf(
  options: StatusOptions,
  host: Host,
): Promise<{ readonly root: string; readonly storages: readonly string[] }> {
  if (options.fromFile !== undefined || options.storageNames.length > 0) {
    return chooseStorages(options, host);
  }
  const root = storageRoot(options.rootDir, await findProject(host, host.workingFolder), host);
  return { root, storages: listStorages(root, host).map((name) => join(root, name)) };
}
