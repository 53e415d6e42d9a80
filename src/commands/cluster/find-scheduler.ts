import { resolve } from "node:path";

import { suggestion } from "../../core/config/problems.ts";
import { checkScheduler } from "../../core/scheduling/define-scheduler.ts";
import { SCHEDULERS } from "../../core/scheduling/schedulers.ts";
import type { Scheduler } from "../../core/scheduling/scheduler.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";

const isPath = (name: string) => /[/\\]|\.[cm]?[jt]s$/.test(name);

/**
 * A scheduler as scripts and records name it, wherever they are read: by its name, or an absolute path.
 * @param folder - to which a path is relative, absolute
 */
export const schedulerReference = (name: string, folder: string): string =>
  isPath(name) ? resolve(folder, name) : name;

/**
 * The scheduler of a name, or the one that a module exports as its default.
 * @param name - `slurm`, or a path with a slash or the end of a module
 * @param folder - to which a path is relative, absolute
 * @throws UserError `usage` for an unknown name, `config-invalid` for a module without a scheduler
 */
export async function findScheduler(
  name: string,
  folder: string,
  { modules }: Pick<Host, "modules">,
): Promise<Scheduler> {
  const known = SCHEDULERS.find((one) => one.name === name);
  if (known !== undefined) return known;
  if (!isPath(name)) {
    const names = SCHEDULERS.map((one) => one.name);
    throw new UserError(
      "usage",
      `There is no scheduler ${JSON.stringify(name)}.${suggestion(name, names)}`,
      `Give one of ${names.join(", ")}, or the path of a module with one of your own (docs/clusters.md).`,
    );
  }
  const path = resolve(folder, name);
  const exports = await modules.load(path).catch((cause: unknown) => {
    const what = cause instanceof Error ? cause.message : String(cause);
    const message = `The scheduler ${path} cannot be loaded: ${what}`;
    throw new UserError("config-invalid", message, "Correct the module, or its path.", { cause });
  });
  return checkScheduler(exports["default"], path);
}
