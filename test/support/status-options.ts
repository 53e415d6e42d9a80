import type { StatusOptions } from "../../src/commands/status.ts";

/** What `alstatus` alone means. */
export const STATUS_OPTIONS: StatusOptions = {
  fromFile: undefined,
  storageNames: [],
  rootDir: undefined,
  skipMissing: false,
  view: { kind: "summary" },
  filter: { states: undefined, experiments: undefined, seeds: undefined, olderThan: undefined },
  prints: true,
};
