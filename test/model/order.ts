import { BrokenPromise } from "../support/run-witness.ts";
import { playerAt, processAt, isActive, isAwaited, type Situation } from "./situation.ts";
import { ALIVE, CLOSED, DEAD, GONE, type Row } from "./rows.ts";

/** Whose turn it may be. Reduced: of those who could as well wait, nobody (see `createTransitions`). */
export function movers(situation: Situation, row: Row): readonly number[] {
  const { model, rows, starts, isPrivateAt } = situation;
  const active = model.players
    .map(({ index }) => index)
    .filter((index) => isActive(situation, row, index));
  if (!model.reduced) return active;
  const runOf = (player: number) => processAt(situation, row, player).phase.run;
  const run = Math.min(...active.map(runOf));
  const here = active.filter((player) => runOf(player) === run);
  const isAlive = (player: number) => rows.statusAt(row, player) === ALIVE;
  const busy = here.find(
    (player) => isAlive(player) && isPrivateAt(rows.processAt(row, player)) && !isWaiting(player),
  );
  if (busy !== undefined) return [busy];
  const isNew = (player: number) =>
    playerAt(model, player).kind === "worker" &&
    rows.processAt(row, player) === starts[run]?.[player] &&
    isAlive(player);
  const visitsOf = (player: number) => playerAt(model, player).visits;
  const isFirst = (player: number) =>
    here.find((other) => isNew(other) && visitsOf(other) === visitsOf(player)) === player;
  return here.filter((player) => !isNew(player) || isFirst(player));

  function isWaiting(player: number): boolean {
    const { operation } = processAt(situation, row, player);
    return operation?.kind === "wait" && isAwaited(situation, row, run);
  }
}

/**
 * Checks what a step has made of a run and, reduced, gives equal states the same row.
 * @throws BrokenPromise
 */
export function settleRun(situation: Situation, row: Row, run: number): void {
  const { model, rows, worlds } = situation;
  const world = rows.worldAt(row, run);
  checkVoided(situation, row, world);
  if (!model.reduced) {
    worlds.checkRecovery(world);
    return;
  }
  const here = model.players
    .map(({ index }) => index)
    .filter((player) => isActive(situation, row, player))
    .map((player) => processAt(situation, row, player).phase)
    .filter((phase) => phase.run === run);
  const forgotten = worlds.forgotten(world);
  worlds.checkRecovery(forgotten);
  // Only who judges remembers a flag's time.
  if (!here.some(({ kind }) => kind === "look" || kind === "reset")) {
    rows.setWorld(row, run, forgotten);
  }
  if (here.length > 0) return;
  rows.setWorld(row, run, CLOSED);
  for (const visits of new Set(model.players.map((player) => player.visits))) {
    sortWorkers(situation, row, run, visits);
  }
}

/** Nobody who lives is declared dead: there are no more void attempts than accidents. */
function checkVoided({ model, rows, worlds }: Situation, row: Row, world: number): void {
  const accidents =
    (model.start === "held" ? 1 : 0) +
    (model.crashes - rows.left(row, "crashes")) +
    (model.pauses - rows.left(row, "pauses"));
  if (worlds.states.valueOf(world).history.voided.length > accidents) {
    throw new BrokenPromise("an owner that lives was declared dead");
  }
}

/** Between two runs it does not matter which of equal workers has died. */
function sortWorkers(
  { model, rows, processes, starts }: Situation,
  row: Row,
  run: number,
  visits: number,
): void {
  const workers = model.players
    .filter((player) => player.kind === "worker" && player.visits === visits)
    .map(({ index }) => index);
  const alive = workers.filter((player) => rows.statusAt(row, player) !== DEAD).length;
  for (const [place, player] of workers.entries()) {
    rows.setStatus(row, player, place < alive ? ALIVE : DEAD);
    const next = starts[run + 1]?.[player] ?? processes.last(player);
    rows.setProcess(row, player, place < alive ? next : GONE);
  }
}
