import { join } from "node:path";

import type { RunOutcome } from "../../src/core/run-record.ts";
import { flagsAmong, type Owner, stateOfFlag } from "../../src/core/run-state.ts";
import { logFile } from "../../src/tree/attempts.ts";
import { type Judgement, reset } from "../../src/tree/reset.ts";
import { beat, type Claim, claim, settle } from "../../src/tree/run-folder.ts";
import {
  list,
  modified,
  monotonic,
  type Operation,
  type Outcome,
  rename,
  write,
} from "../../src/tree/steps.ts";
import { HEARTBEAT_MS, recordOf } from "../support/run-chaos.ts";
import { SHARED_FILE } from "../support/run-witness.ts";
import type { WriteThrough } from "./run-disk.ts";

/** What the search can replace by something worse, to see it caught. */
export type Variant = {
  readonly claim: (folder: string, owner: Owner) => ModelSteps<Claim | undefined>;
  readonly beat: typeof beat;
  readonly settle: (
    held: Claim,
    record: ReturnType<typeof recordOf>,
  ) => ModelSteps<"settled" | "fenced">;
  readonly reset: typeof reset;
  /** Somebody ends the program of a worker that is stopped. */
  readonly supervised: boolean;
  /** An owner that beats is never judged, however the clocks jump. */
  readonly secondLook: boolean;
  /** Every claim has a token of its own. */
  readonly freshTokens: boolean;
};
export const PROTOCOL: Variant = {
  claim,
  beat,
  settle,
  reset,
  supervised: true,
  secondLook: true,
  freshTokens: true,
};

/** Asks for a held flag's time, and whether its holder is silent for its lease or known to be dead: `<time> <fence, ms>`, or false. */
export type Judge = { readonly kind: "judge"; readonly path: string };
export type ModelOperation = Operation | WriteThrough | Judge;
export type ModelSteps<Result> = Generator<ModelOperation, Result, Outcome>;

/** Where a process is: with what it has been answered since, its whole state. Names all it remembers. */
export type Phase = {
  /** The run that it works on, from 0. */
  readonly run: number;
  /** How often it has come to this run, from 0. */
  readonly visit: number;
} & (
  | { readonly kind: "claim" }
  | { readonly kind: "execute"; readonly held: Claim }
  | { readonly kind: "settle"; readonly held: Claim; readonly outcome: RunOutcome }
  | { readonly kind: "look" }
  | { readonly kind: "reset"; readonly judgement: Judgement }
  /** Has left the run. */
  | { readonly kind: "leave" }
);

/** What a process reports at the end of a phase. */
export type Report =
  | { readonly kind: "claimed"; readonly token: string; readonly attempt: number }
  | { readonly kind: "fenced"; readonly token: string }
  | { readonly kind: "settled"; readonly token: string; readonly outcome: RunOutcome }
  | { readonly kind: "judged"; readonly token: string; readonly flag: string };

export type Next = { readonly phase: Phase; readonly report?: Report };

/** Who somebody is, and what it does to a run. */
export type Player = {
  /** From 0; part of its tokens. */
  readonly index: number;
  readonly kind: "worker" | "cleaner";
  /** Workers: how often it claims a run; cleaners: how often it looks at one. */
  readonly visits: number;
  /** What a program may come to. */
  readonly outcomes: readonly RunOutcome[];
  readonly variant: Variant;
};

export const folderOf = (run: number) => `/run${run + 1}`;

const DIGITS = { process: 24, count: 8 } as const;
const COUNTS_FOR_A_RUN = 16;

/** The token of what a player does at its `visit` of a run: its own digits, then a count. */
export function ownerOf({ index, kind, variant }: Player, phase: Phase): Owner {
  const isReset = phase.kind === "look" || phase.kind === "reset";
  const visit = variant.freshTokens ? phase.visit : 0;
  const count = (phase.run + 1) * COUNTS_FOR_A_RUN + 2 * visit + (isReset ? 1 : 0);
  const digits = (value: number, length: number) => value.toString(16).padStart(length, "0");
  return {
    host: kind,
    pid: index + 1,
    token: digits(index + 1, DIGITS.process) + digits(count, DIGITS.count),
  };
}

/** The index of the player that a token is of. */
export const playerOf = (token: string) => Number.parseInt(token.slice(0, DIGITS.process), 16) - 1;

export const firstPhase = ({ kind }: Player, run: number): Phase => ({
  kind: kind === "worker" ? "claim" : "look",
  run,
  visit: 0,
});

/** One phase of a player: the procedures of src/tree, one after the other. @returns what may follow */
export function play(player: Player, phase: Phase): ModelSteps<readonly Next[]> {
  switch (phase.kind) {
    case "claim":
      return tryToClaim(player, phase);
    case "execute":
      return execute(player, phase);
    case "settle":
      return settleIt(player, phase);
    case "look":
      return look(player, phase);
    case "reset":
      return resetIt(player, phase);
    case "leave":
      throw new Error("Nothing is done after leaving");
  }
}

const leave = ({ run }: Phase): Next => ({ phase: { kind: "leave", run, visit: 0 } });

/** Who does not get a run looks whether its holder is gone, as a worker does before it leaves. */
function* tryToClaim(player: Player, phase: Phase): ModelSteps<readonly Next[]> {
  const { run, visit } = phase;
  const owner = ownerOf(player, phase);
  const held = yield* player.variant.claim(folderOf(run), owner);
  if (held !== undefined) {
    const report = { kind: "claimed", token: owner.token, attempt: held.attempt } as const;
    return [{ phase: { kind: "execute", run, visit, held }, report }];
  }
  if (visit + 1 >= player.visits) return [leave(phase)];
  return [{ phase: { kind: "look", run, visit } }];
}

/** A stubborn program: it goes on writing whatever the heartbeat says. */
function* execute(
  { variant, outcomes }: Player,
  { run, visit, held }: Phase & { kind: "execute" },
): ModelSteps<readonly Next[]> {
  const { folder, owner } = held;
  yield* write(join(folder, logFile(owner.token)), owner.token);
  const draft = `${SHARED_FILE}.${owner.token}.tmp`;
  yield* write(join(folder, draft), owner.token);
  yield* rename(join(folder, draft), join(folder, SHARED_FILE));
  const found = yield* variant.beat(held);
  // By a clock that began with the claim. Half a lease without a heartbeat: the worker ends its program, and puts the run back.
  const isSilent = (yield* monotonic()) >= HEARTBEAT_MS;
  const ends: readonly RunOutcome[] = isSilent || found === "fenced" ? ["released"] : outcomes;
  return ends.map((outcome) => ({
    phase: { kind: "settle", run, visit, held, outcome },
    ...(found === "fenced" ? { report: { kind: "fenced", token: owner.token } as const } : {}),
  }));
}

/** Whose run went back to be claimed, by its own hand or another's, may come again. */
function* settleIt(player: Player, phase: Phase & { kind: "settle" }): ModelSteps<readonly Next[]> {
  const { run, visit, held, outcome } = phase;
  const { token } = held.owner;
  const settlement = yield* player.variant.settle(held, recordOf(held, outcome));
  const isOver = settlement === "settled" && outcome !== "released";
  const next: Next =
    isOver || visit + 1 >= player.visits
      ? leave(phase)
      : { phase: { kind: "claim", run, visit: visit + 1 } };
  return [
    settlement === "fenced" ? next : { ...next, report: { kind: "settled", token, outcome } },
  ];
}

function* look(player: Player, phase: Phase): ModelSteps<readonly Next[]> {
  const { run, visit } = phase;
  const folder = folderOf(run);
  const names = yield* list(folder);
  const [flag = ""] = flagsAmong(names);
  const kind = stateOfFlag(flag)?.kind;
  const isHeld = kind === "running" || kind === "resetting";
  const again: Next =
    player.kind === "cleaner" && visit + 1 < player.visits
      ? { phase: { kind: "look", run, visit: visit + 1 } }
      : leave(phase);
  let found: { readonly modifiedMs: number; readonly fenceMs: number } | undefined;
  if (isHeld) found = yield* judge(join(folder, flag));
  else if (kind === "crashed" && player.kind === "cleaner") {
    const modifiedMs = yield* modified(join(folder, flag));
    found = modifiedMs === undefined ? undefined : { modifiedMs, fenceMs: 0 };
  }
  if (found === undefined) return [again];
  const judgement: Judgement = { folder, flag, ...found, names, remove: [SHARED_FILE] };
  const report = { kind: "judged", token: ownerOf(player, phase).token, flag } as const;
  return [{ phase: { kind: "reset", run, visit, judgement }, report }];
}

function* judge(
  path: string,
): ModelSteps<{ readonly modifiedMs: number; readonly fenceMs: number } | undefined> {
  const outcome = yield { kind: "judge", path };
  if (!outcome.ok || typeof outcome.value !== "string") return undefined;
  const [modifiedMs = Number.NaN, fenceMs = Number.NaN] = outcome.value.split(" ").map(Number);
  return { modifiedMs, fenceMs };
}

function* resetIt(player: Player, phase: Phase & { kind: "reset" }): ModelSteps<readonly Next[]> {
  const { run, visit, judgement } = phase;
  const owner = ownerOf(player, phase);
  yield* player.variant.reset(judgement, {
    owner,
    heartbeatMs: HEARTBEAT_MS,
    now: "2026-01-01T00:00:00.000Z",
  });
  if (visit + 1 >= player.visits) return [leave(phase)];
  const kind = player.kind === "worker" ? "claim" : "look";
  return [{ phase: { kind, run, visit: visit + 1 } }];
}
