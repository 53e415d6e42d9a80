import { join } from "node:path";

import { formatConfig, uniqueConfig } from "../../core/config/config.ts";
import { describeUpdate, updatedUnique } from "../../core/search/updated-unique.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { type RunPath, UNIQUE_CONFIG_FILE, VARIATIONS_FILE } from "../../tree/paths.ts";
import { formatVariations, readVariations } from "../../tree/variations-file.ts";
import { recordSeeds, recordVolatile } from "../prepare/renew-files.ts";
import type { Pace } from "../publishing/pace.ts";
import { isHeld, type PlannedUpdate, readRunConfig, readUnique, variedIn } from "./plan.ts";
import { type Row, updatedVariations } from "./variations.ts";

/**
 * Writes what a plan found stale. Each file is looked at again first and replaced as a whole, so that it
 * can be killed anywhere, and done by several at once.
 * @returns how many files were written, and whether all were looked at
 */
export async function writeUpdate(
  plan: PlannedUpdate,
  host: Host,
  pace: Pace,
): Promise<{ readonly written: number; readonly isComplete: boolean }> {
  const varied = variedIn(plan.variations);
  let written = 0;
  for (const run of plan.stale) {
    if (updateRun(run, varied, host)) written += 1;
    if (!(await pace.advance(1))) return { written, isComplete: false };
  }
  return { written: written + updateStorage(plan, host), isComplete: true };
}

function updateRun(run: RunPath, varied: readonly string[], host: Host): boolean {
  // Somebody may have claimed it, updated it or removed it since it was looked at.
  const config = readRunConfig(run, host);
  if (isHeld(run, host) || config instanceof UserError) return false;
  const before = readUnique(run, host);
  const after = updatedUnique(config, before, varied);
  if (describeUpdate(before, after) === undefined) return false;
  try {
    host.files.replace(join(run.path, UNIQUE_CONFIG_FILE), formatConfig(after));
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** `search.json` and `variations.json`, by the steps of those who add experiments. */
function updateStorage({ storage, volatile, updates }: PlannedUpdate, host: Host): number {
  const files = updates.map(({ path }) => path).filter((path) => !path.includes("/"));
  if (files.includes(VARIATIONS_FILE)) updateVariations(storage, host);
  if (files.length > (files.includes(VARIATIONS_FILE) ? 1 : 0)) {
    const seeds = new Set(listRuns(storage, host).map(({ seed }) => seed));
    recordSeeds([...seeds], storage, host);
    recordVolatile(volatile, storage, host);
  }
  return files.length;
}

function updateVariations(storage: string, host: Host): void {
  const rows = rowsOf(storage, host);
  // Read last: somebody who adds may have written it in the meantime.
  const after = updatedVariations(readVariations(storage, host), rows);
  if (after === undefined) return;
  host.files.replace(join(storage, VARIATIONS_FILE), formatVariations(after));
}

function rowsOf(storage: string, host: Host): readonly Row[] {
  const varied = variedIn(readVariations(storage, host));
  const rows = new Map<number, Row>();
  for (const run of listRuns(storage, host)) {
    const { experiment } = run;
    const config = rows.has(experiment) ? undefined : readRunConfig(run, host);
    if (config === undefined || config instanceof UserError) continue;
    rows.set(experiment, { experiment, values: uniqueConfig(config, varied) });
  }
  return [...rows.values()];
}
