import { basename, join } from "node:path";

import { errnoOf } from "../../errors.ts";
import type { RunPath } from "../../tree/paths.ts";
import { DEFAULT_HEARTBEAT_MS } from "../../tree/worker-record.ts";
import { surveyTwice } from "../clean/interrupted.ts";
import type { HeldRun } from "../work/held-runs.ts";
import { resetHeldRun } from "../work/reset-held-run.ts";
import {
  type Examination,
  isStill,
  type MendableFinding,
  type StorageView,
  toFinding,
  withNames,
} from "./check.ts";

/**
 * Runs whose owner or cleaner is known to be dead, or whose lease is over: what alclean would put
 * back, judged by the same two looks, and mended by the same reset.
 */
export async function findStaleClaims(
  storages: readonly StorageView[],
  examination: Examination,
  signal: AbortSignal,
): Promise<readonly MendableFinding[]> {
  // At the same time, so that all wait for their second look together.
  const found = await Promise.all(
    storages.map((storage) => staleClaimsIn(storage, examination, signal)),
  );
  return found.flat();
}

async function staleClaimsIn(
  { path, walk }: StorageView,
  examination: Examination,
  signal: AbortSignal,
): Promise<readonly MendableFinding[]> {
  const { host, identity } = examination;
  const runs = walk.held
    .filter((one) => one.owner !== undefined || isAbandoned(one, examination))
    .map(({ run }) => run);
  if (runs.length === 0) return [];
  try {
    const { interrupted } = await surveyTwice(path, identity, host, signal, runs);
    return interrupted.map((held) => complain(held, { host, identity }));
  } catch (error) {
    // Where nothing can be written, the server's time is unknown; that is a finding of its own.
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}

/** An older tool gives no sign of life, however alive it is: what it runs has to be still for long. */
function isAbandoned({ run }: { readonly run: RunPath }, examination: Examination): boolean {
  const names = examination.host.files.list(run.path) ?? [];
  return isStill(withNames(run.path, names), examination);
}

function complain(
  held: HeldRun,
  { host, identity }: Pick<Examination, "host" | "identity">,
): MendableFinding {
  const { run, holder } = held;
  return toFinding("stale-claim", {
    severity: "warning",
    place: join(run.path, holder.flag),
    problem: holder.dead
      ? "is held by a process that is known to be dead"
      : "is held by somebody who has given no sign of life for a whole lease",
    expected: "a living owner, or UNHATCHED",
    remedy: `alclean --storage_name ${basename(run.storage)}, or launch again: workers take it over.`,
    mend: {
      does: "put the run back to UNHATCHED, as alclean does; checkpoints and recordings stay",
      carryOut: async () =>
        (await resetHeldRun(held, identity, DEFAULT_HEARTBEAT_MS, host)) === "reset",
    },
  });
}
