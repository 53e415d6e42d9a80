import { BrokenPromise } from "../support/run-witness.ts";
import { ownerOf, type Player, playerOf } from "./players.ts";
import { createProcesses, isHidden, isPrivate, type Process, type Processes } from "./processes.ts";
import { holderOf, onlyFlag } from "./promises.ts";
import { ALIVE, createRows, DEAD, type Row, type Rows } from "./rows.ts";
import { createWorlds, type Start, type Worlds } from "./worlds.ts";

/** What a model consists of. */
export type Model = {
  readonly players: readonly Player[];
  readonly runs: number;
  readonly crashes: number;
  readonly pauses: number;
  readonly start: Start;
  /** Whether interleavings that cannot differ are left out (see `createTransitions`). */
  readonly reduced: boolean;
};

/** A model, and all that rows refer to by number. */
export type Situation = {
  readonly model: Model;
  readonly rows: Rows;
  readonly processes: Processes;
  readonly worlds: Worlds;
  /** The states of the players when they come to a run. */
  readonly starts: readonly (readonly number[])[];
  /** Whether a process's next operation is its own affair. */
  readonly isPrivateAt: (process: number) => boolean;
  /** Who holds the flag of a world; -1 if nobody. */
  readonly holderIn: (world: number) => number;
};

export function createSituation(model: Model): Situation {
  const { players, runs, reduced } = model;
  const processes = createProcesses(players, runs);
  const worlds = createWorlds(processes.answers, (name) => reduced && isHidden(name));
  const privates: boolean[] = [];
  const holders: number[] = [];
  const readHolder = (world: number) => {
    const { token } = holderOf(onlyFlag(worlds.states.valueOf(world).disk));
    return token === "" ? -1 : playerOf(token);
  };
  return {
    model,
    rows: createRows(runs, players.length),
    processes,
    worlds,
    starts: Array.from({ length: runs }, (_, run) =>
      players.map((player) => processes.first(player.index, run)),
    ),
    isPrivateAt: (id) => {
      const process = processes.states.valueOf(id);
      return (privates[id] ??= isPrivate(
        tokenOf(playerAt(model, process.player), process),
        process,
      ));
    },
    holderIn: (world) => (holders[world] ??= readHolder(world)),
  };
}

export function playerAt({ players }: Model, index: number): Player {
  const player = players[index];
  if (player === undefined) throw new RangeError(`There is no player ${index}`);
  return player;
}

/** The token that a process acts under. */
export const tokenOf = (player: Player, { phase }: Process) => ownerOf(player, phase).token;

export const processAt = ({ rows, processes }: Situation, row: Row, player: number) =>
  processes.states.valueOf(rows.processAt(row, player));

/** Whether a player has not died, nor left the last run. */
export function isActive(situation: Situation, row: Row, player: number): boolean {
  return (
    situation.rows.statusAt(row, player) !== DEAD &&
    processAt(situation, row, player).operation !== undefined
  );
}

/** Whether a player's program executes a run. */
function isExecuting(situation: Situation, row: Row, player: number, run: number): boolean {
  const status = situation.rows.statusAt(row, player);
  if (status === DEAD) return false;
  const { phase, stopped } = processAt(situation, row, player);
  if (phase.kind !== "execute" || phase.run !== run) return false;
  return !playerAt(situation.model, player).variant.supervised || (!stopped && status === ALIVE);
}

/** @throws BrokenPromise if two programs execute a run */
export function checkExecutions(situation: Situation, row: Row): void {
  const { players, runs } = situation.model;
  for (let run = 0; run < runs; run++) {
    const busy = players.filter(({ index }) => isExecuting(situation, row, index, run));
    if (busy.length > 1) {
      throw new BrokenPromise(`${busy.length} programs execute the same run at the same time`);
    }
  }
}

/** Whether an owner that lost its run, and lives, has not noticed yet: that is what a fence waits for. */
export function isAwaited(situation: Situation, row: Row, run: number): boolean {
  const { rows, worlds } = situation;
  const { onTrial } = worlds.states.valueOf(rows.worldAt(row, run)).history;
  if (onTrial === null) return false;
  const owner = playerOf(onTrial);
  return rows.statusAt(row, owner) === ALIVE && isExecuting(situation, row, owner, run);
}
