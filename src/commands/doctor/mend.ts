import { relative } from "node:path";

import { counted } from "../../core/counted.ts";
import { oneLine } from "../../core/printable.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { Mend, MendableFinding } from "./check.ts";

/** What came of a finding: left to a person, planned only, mended, or no longer to be mended as planned. */
export type Fate = "left" | "planned" | "mended" | "failed";

export type MendOptions = { readonly dryRun: boolean; readonly yes: boolean };

type Planned = { readonly finding: MendableFinding; readonly mend: Mend };

/**
 * Shows what would be done, asks, and does it. Each repair looks again before it touches anything.
 *
 * @returns the fate of each finding that can be mended
 * @throws UserError `usage` if nobody can be asked, `refused` for a no; nothing is done then
 */
export async function mendAll(
  findings: readonly MendableFinding[],
  root: string,
  options: MendOptions,
  host: Host,
  signal: AbortSignal,
): Promise<ReadonlyMap<MendableFinding, Fate>> {
  const plan = findings.flatMap((finding) =>
    finding.mend === undefined ? [] : { finding, mend: finding.mend },
  );
  if (plan.length === 0) return new Map();
  const lines = plan.map(
    ({ finding, mend }) =>
      `  ${oneLine(relative(root, finding.place) || ".")}: ${oneLine(mend.does)}`,
  );
  const text = `To be done in ${root}:\n${lines.join("\n")}`;
  if (options.dryRun) {
    host.terminal.note(text);
    return new Map(plan.map(({ finding }) => [finding, "planned"]));
  }
  await confirm(text, plan.length, options, host);
  return carryOut(plan, host, signal);
}

async function confirm(
  text: string,
  count: number,
  { yes }: MendOptions,
  { terminal }: Host,
): Promise<void> {
  if (yes) {
    terminal.note(text);
    return;
  }
  const answer = await terminal.confirm(`${text}\nDo ${counted(count, "repair")}?`);
  if (answer === true) return;
  throw new UserError(
    answer === undefined ? "usage" : "refused",
    answer === undefined
      ? `--fix would repair, and nobody could be asked.\n${text}`
      : "Nothing was done.",
    "Pass --yes to go ahead without being asked, or leave out --fix to look only.",
  );
}

/** How many are done at the same time: some wait for an owner to notice that it lost its run. */
const AT_ONCE = 256;

async function carryOut(
  plan: readonly Planned[],
  host: Host,
  signal: AbortSignal,
): Promise<ReadonlyMap<MendableFinding, Fate>> {
  const fates = new Map<MendableFinding, Fate>();
  const progress = host.terminal.progress("repairs", plan.length);
  try {
    for (let start = 0; start < plan.length && !signal.aborted; start += AT_ONCE) {
      const some = plan.slice(start, start + AT_ONCE);
      await Promise.all(
        some.map(async (planned) => {
          fates.set(planned.finding, await mendOne(planned, host));
        }),
      );
      progress.update(fates.size);
      // Lets signals in: where nobody has to be waited for, nothing else does.
      await host.clock.sleep(0);
    }
  } finally {
    progress.stop();
  }
  return fates;
}

async function mendOne({ finding, mend }: Planned, { terminal }: Host): Promise<Fate> {
  try {
    return (await mend.carryOut()) ? "mended" : "failed";
  } catch (error) {
    // One place that refuses must not keep the others from being mended.
    if (errnoOf(error) === undefined || !(error instanceof Error)) throw error;
    terminal.note(`${oneLine(finding.place)}: ${oneLine(error.message)}`);
    return "failed";
  }
}
