import { type Config, valueAt } from "../../core/config/config.ts";
import { nearestPath } from "../../core/config/problems.ts";
import { type Schedule, variedNames } from "../../core/search/schedule.ts";
import { variedVolatile } from "../../core/search/volatile.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { Project } from "../project.ts";

/**
 * What makes no other experiment, by the schedule and the project's file.
 * @throws UserError `schedule-invalid` for what is varied as well
 */
export function findVolatile(
  schedule: Schedule,
  { settings, settingsFile = "" }: Project,
  { terminal }: Pick<Host, "terminal">,
): readonly string[] {
  const ofProject = settings.volatile ?? [];
  for (const name of ofProject) {
    const note = strangeNote(name, schedule.defaults);
    if (note !== undefined) terminal.note(`${settingsFile}: volatile: ${note}`);
  }
  const volatile = [...new Set([...ofProject, ...(schedule.volatile ?? [])])];
  const both = variedVolatile(volatile, variedNames(schedule));
  if (both === undefined) return volatile;
  const where = schedule.volatile?.includes(both.volatile) === true ? "the schedule" : settingsFile;
  throw new UserError(
    "schedule-invalid",
    `${both.varied} is varied, and ${where} says that ${both.volatile} is volatile: experiments that differ only in it would be the same.`,
    "Nothing was written. Take it out of `volatile`, or do not vary it.",
  );
}

/** A project has many searches, and not each has every name; one that is nearly there is misspelt. */
function strangeNote(name: string, defaults: Config): string | undefined {
  if (valueAt(defaults, name) !== undefined) return undefined;
  const near = nearestPath(name, defaults);
  if (near === undefined) return undefined;
  return `the schedule's defaults have no ${JSON.stringify(name)}. Did you mean ${JSON.stringify(near)}?`;
}
