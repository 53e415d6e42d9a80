import type { Scheduler } from "../../core/scheduling/scheduler.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { callScheduler } from "./call.ts";

/**
 * The options with the jobs of `--after` as the scheduler's dependencies name them: where those are
 * single jobs, each of an array's that is not over.
 * @throws UserError `scheduler` for an id that it does not know: it would let new jobs wait for ever
 */
export async function nameAnteriorJobs(
  options: LaunchOptions,
  scheduler: Scheduler,
  host: Pick<Host, "processes" | "files">,
): Promise<LaunchOptions> {
  const { after } = options.cluster;
  if (scheduler.dependsOnJobs !== true || after.length === 0) return options;
  const printed = await callScheduler(scheduler, scheduler.ask(after), "say what runs", host);
  const states = scheduler.parseStates(printed);
  const jobs = after.flatMap((asked) => {
    const meant = states.filter(({ id, submission }) => submission === asked || id === asked);
    if (meant.length > 0) return meant.filter(({ phase }) => phase !== "ended");
    throw new UserError(
      "scheduler",
      `--after: ${scheduler.name} knows no job ${asked}.`,
      "allaunch prints the ids of the jobs that it submits.",
    );
  });
  const ids = [...new Set(jobs.map(({ id }) => id))];
  return { ...options, cluster: { ...options.cluster, after: ids } };
}
