import { COMPLETED_FLAG, PENDING_FLAG } from "../../src/core/run-state.ts";
import { finishPublishing } from "../../src/tree/attempts.ts";
import { BrokenPromise } from "../support/run-witness.ts";
import { createInterner, type Interner, remember } from "./interner.ts";
import {
  firstPhase,
  folderOf,
  type ModelSteps,
  ownerOf,
  type Phase,
  play,
  type Player,
  PROTOCOL,
  type Report,
} from "./players.ts";
import {
  afterReport,
  afterStep,
  checkAllPublished,
  type History,
  holderOf,
  NO_HISTORY,
  onlyFlag,
} from "./promises.ts";
import { applyTo, type DiskOperation, FRESH_FLAG, keyOfDisk, type RunDisk } from "./run-disk.ts";
import { type Answer, isHidden } from "./processes.ts";

/** A run's folder, and what has happened to it. */
export type World = { readonly run: number; readonly disk: RunDisk; readonly history: History };

/** How a run is found: as it was prepared, or as somebody left it who is gone: with an attempt that crashed, or was going on. */
export type Start = "pending" | "crashed" | "held";

/** One operation of somebody. */
export type Act = {
  /** The token that it is done under. */
  readonly actor: string;
  readonly operation: DiskOperation;
  /** The time that a touch sets. */
  readonly stamp: number;
};

/** All folders that have been, as numbers, and what every operation makes of them. */
export type Worlds = {
  readonly states: Interner<World>;
  readonly acts: Interner<Act>;
  readonly first: (run: number, start: Start) => number;
  /** @throws BrokenPromise */
  readonly afterAct: (
    world: number,
    act: number,
  ) => { readonly world: number; readonly answer: number };
  readonly reported: (world: number, report: Report) => number;
  /** The same where nobody remembers the flag's time. */
  readonly forgotten: (world: number) => number;
  /** What every folder that has been looks like to who ignores drafts, desks and times; runs and histories with it. */
  readonly visible: () => readonly string[];
  /** @throws BrokenPromise if the run cannot be brought to its end when all others are dead */
  readonly checkRecovery: (world: number) => void;
};

export function createWorlds(answers: Interner<Answer>, hides: (name: string) => boolean): Worlds {
  const states = createInterner<World>(keyOfWorld);
  const acts = createInterner<Act>((act) => JSON.stringify(act));
  const reports = createInterner<Report>((report) => JSON.stringify(report));
  const afterReported = remember((world, report) => {
    const { run, disk, history } = states.valueOf(world);
    return states.idOf({ run, disk, history: afterReport(history, reports.valueOf(report)) });
  });
  const forgottenOf: number[] = [];
  const recovered: boolean[] = [];
  return {
    states,
    acts,
    first: (run, start) => states.idOf(withoutStamps(startOf(run, start))),
    afterAct: remember((id, actId) => {
      const act = acts.valueOf(actId);
      const { world, answer } = actOn(states.valueOf(id), act, hides);
      return { world: states.idOf(world), answer: answers.idOf(answer) };
    }),
    reported: (world, report) => afterReported(world, reports.idOf(report)),
    forgotten: (id) => (forgottenOf[id] ??= states.idOf(withoutStamps(states.valueOf(id)))),
    visible: () =>
      Array.from({ length: states.size() }, (_, id) => {
        const world = withoutStamps(states.valueOf(id));
        return keyOfWorld({
          ...world,
          disk: new Map([...world.disk].filter(([name]) => !isHidden(name))),
        });
      }),
    checkRecovery: (id) => {
      if (recovered[id] !== true) recover(states.valueOf(id));
      recovered[id] = true;
    },
  };
}

function keyOfWorld({ run, disk, history }: World): string {
  const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const { claims, numbers, tried, voided, moved, onTrial, judged } = history;
  const facts = [
    run,
    claims,
    sorted(numbers),
    tried,
    voided,
    sorted(moved),
    onTrial,
    sorted(judged),
  ];
  return `${JSON.stringify(facts)}\n${keyOfDisk(disk)}`;
}

function actOn(
  { run, disk, history }: World,
  { actor, operation, stamp }: Act,
  hides: (name: string) => boolean,
): { readonly world: World; readonly answer: Answer } {
  const { disk: after, outcome } = applyTo(disk, folderOf(run), operation, stamp);
  const world = { run, disk: after, history: afterStep(history, disk, after, actor) };
  if (!outcome.ok) return { world, answer: { ok: false, code: outcome.code } };
  const { value } = outcome;
  const seen = Array.isArray(value) ? value.filter((name: string) => !hides(name)) : value;
  return { world, answer: { ok: true, value: seen } };
}

function withoutStamps(world: World): World {
  const entries = [...world.disk].map(([name, { text }]) => [name, { text, stamp: 0 }] as const);
  return { ...world, disk: new Map(entries) };
}

/** Whoever was there before all others, and whoever comes when they are dead. */
const FORMER = {
  index: 13,
  kind: "worker",
  variant: PROTOCOL,
  visits: 1,
  outcomes: ["crashed"],
} as const;
const RESCUE = { index: 14, variant: PROTOCOL, visits: 1, outcomes: ["completed"] } as const;
const RESCUERS = 6;

function startOf(run: number, start: Start): World {
  const world = { run, disk: new Map([[PENDING_FLAG, FRESH_FLAG]]), history: NO_HISTORY };
  if (start === "pending") return world;
  return playAlone(world, FORMER, start === "held" ? "settle" : "leave", 0);
}

/** A fresh cleaner and a fresh worker have to bring the run to COMPLETED, and all of it to be published. */
function recover(start: World): void {
  let world = start;
  for (let round = 0; round < RESCUERS && onlyFlag(world.disk) !== COMPLETED_FLAG; round++) {
    const isPending = onlyFlag(world.disk) === PENDING_FLAG;
    const player: Player = { ...RESCUE, kind: isPending ? "worker" : "cleaner" };
    world = playAlone(world, player, "leave", round);
  }
  const { kind } = holderOf(onlyFlag(world.disk));
  if (kind !== "completed") throw new BrokenPromise(`the run was lost: ${kind}`);
  const names = [...world.disk.keys()].filter((name) => !name.includes("/"));
  const end = finish(world, "", finishPublishing(folderOf(world.run), names)).world;
  checkAllPublished(end.history, end.disk);
}

/** Plays phase after phase of one player, while nobody else moves, until it comes to `last`. */
function playAlone(start: World, player: Player, last: Phase["kind"], visit: number): World {
  let world = start;
  let phase: Phase = { ...firstPhase(player, start.run), visit };
  while (phase.kind !== last && phase.kind !== "leave") {
    const played = finish(world, ownerOf(player, phase).token, play(player, phase));
    const [next] = played.result;
    if (next === undefined) throw new Error("A phase without a next one");
    const { history } = played.world;
    world = {
      ...played.world,
      history: next.report === undefined ? history : afterReport(history, next.report),
    };
    phase = next.phase;
  }
  return world;
}

/** Carries all of a procedure out; whoever is judged is gone. */
function finish<Result>(
  start: World,
  actor: string,
  steps: ModelSteps<Result>,
): { readonly world: World; readonly result: Result } {
  let world = start;
  let next = steps.next();
  while (next.done !== true) {
    const operation = next.value;
    if (operation.kind === "monotonic" || operation.kind === "wait") {
      next = steps.next({ ok: true, value: operation.kind === "wait" ? undefined : 0 });
      continue;
    }
    const isJudged = operation.kind === "judge";
    const asked = isJudged ? ({ kind: "modified", path: operation.path } as const) : operation;
    const { disk, outcome } = applyTo(world.disk, folderOf(world.run), asked, 1);
    world = { ...world, disk, history: afterStep(world.history, world.disk, disk, actor) };
    const value = isJudged && outcome.ok ? `${String(outcome.value)} 0` : undefined;
    next = steps.next(value === undefined ? outcome : { ok: true, value });
  }
  return { world, result: next.value };
}
