import { errnoOf } from "../../errors.ts";
import type { Host, Supervisor } from "../../host.ts";
import { type Baton, beatFor } from "../../tree/baton.ts";
import { batonOf, type Claim } from "../../tree/run-folder.ts";
import { perform } from "../../tree/steps.ts";
import { LEASE_HEARTBEATS } from "../../tree/worker-record.ts";

/** Why a run has to end although its program would go on. */
export type Loss =
  /** Somebody else has taken the run over. */
  | "fenced"
  /** We were silent for half the lease: stopped, suspended, or cut off from the disk. */
  | "silent"
  | "disk-full";

/** The heartbeat of a worker. */
export type Pulse = {
  /** Beats for a claim, or another flag, from now on; `lose` must end what is done for it at once. */
  readonly hold: (held: Claim | Baton, lose: (why: Loss) => void) => void;
  readonly letGo: () => void;
  readonly stop: () => void;
};

type Held = { readonly baton: Baton; readonly lose: (why: Loss) => void; confirmedAtMs: number };

/** Beats every `heartbeatMs` for what is held, and tells the supervisor that it did. */
export function startPulse(
  heartbeatMs: number,
  supervisor: Supervisor,
  host: Pick<Host, "files" | "clock">,
): Pulse {
  const stopped = new AbortController();
  let held: Held | undefined;
  void (async () => {
    for (;;) {
      await host.clock.sleep(heartbeatMs, stopped.signal);
      if (stopped.signal.aborted) return;
      if (held === undefined) supervisor.beat();
      else beatOnce(held, heartbeatMs, supervisor, host);
    }
  })();
  return {
    hold: (claim, lose) => {
      const baton = "flag" in claim ? claim : batonOf(claim);
      held = { baton, lose, confirmedAtMs: host.clock.monotonicMs() };
    },
    letGo: () => {
      held = undefined;
    },
    stop: () => {
      stopped.abort();
    },
  };
}

function beatOnce(
  held: Held,
  heartbeatMs: number,
  supervisor: Supervisor,
  host: Pick<Host, "files" | "clock">,
): void {
  const silentMs = host.clock.monotonicMs() - held.confirmedAtMs;
  // Before anything else: by now somebody else may be about to start.
  if (silentMs > (LEASE_HEARTBEATS / 2) * heartbeatMs) held.lose("silent");
  const found = tryBeat(held.baton, host);
  if (found === "confirmed") {
    held.confirmedAtMs = host.clock.monotonicMs();
    supervisor.beat();
  } else if (found !== "unconfirmed") {
    held.lose(found);
  }
}

function tryBeat(
  baton: Baton,
  host: Pick<Host, "files" | "clock">,
): "confirmed" | "unconfirmed" | "fenced" | "disk-full" {
  try {
    return perform(beatFor(baton), host);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOSPC" || code === "EDQUOT") return "disk-full";
    // A disk that refuses: if it goes on, half the lease decides.
    if (code !== undefined) return "unconfirmed";
    throw error;
  }
}
