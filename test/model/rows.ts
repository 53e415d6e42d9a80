/**
 * A state of the whole: a row of whole numbers. First the runs' worlds (`CLOSED`: a run that
 * everybody has left), then the processes' states (`GONE`: a dead one's), then who lives and what
 * may still befall them.
 */
export type Row = Uint32Array;
export const CLOSED = 0xfffffffe;
export const GONE = 0xfffffffd;

/** What a process is besides its own state. */
export const ALIVE = 0;
export const PAUSED = 1;
export const DEAD = 2;
export type Status = typeof ALIVE | typeof PAUSED | typeof DEAD;

/** Where the budgets stand in the last number, behind two bits for each process. */
const BUDGET_SHIFTS = { crashes: 24, pauses: 28 } as const;
export type Budget = keyof typeof BUDGET_SHIFTS;
const BUDGET_MASK = 15;

/** Reads and writes the parts of rows. */
export type Rows = {
  readonly width: number;
  readonly create: (budgets: Readonly<Record<Budget, number>>) => Row;
  readonly worldAt: (row: Row, run: number) => number;
  readonly setWorld: (row: Row, run: number, world: number) => void;
  readonly processAt: (row: Row, player: number) => number;
  readonly setProcess: (row: Row, player: number, process: number) => void;
  /** Who was there before the beginning is dead. */
  readonly statusAt: (row: Row, player: number) => number;
  readonly setStatus: (row: Row, player: number, status: Status) => void;
  readonly left: (row: Row, what: Budget) => number;
  readonly spend: (row: Row, what: Budget) => void;
};

export function createRows(runs: number, players: number): Rows {
  const width = runs + players + 1;
  const last = width - 1;
  const at = (row: Row, index: number) => row[index] ?? 0;
  return {
    width,
    create: ({ crashes, pauses }) => {
      const row = new Uint32Array(width);
      row[last] = (crashes << BUDGET_SHIFTS.crashes) | (pauses << BUDGET_SHIFTS.pauses);
      return row;
    },
    worldAt: at,
    setWorld: (row, run, world) => {
      row[run] = world;
    },
    processAt: (row, player) => at(row, runs + player),
    setProcess: (row, player, process) => {
      row[runs + player] = process;
    },
    statusAt: (row, player) => (player < players ? (at(row, last) >>> (2 * player)) & 3 : DEAD),
    setStatus: (row, player, status) => {
      row[last] = (at(row, last) & ~(3 << (2 * player))) | (status << (2 * player));
    },
    left: (row, what) => (at(row, last) >>> BUDGET_SHIFTS[what]) & BUDGET_MASK,
    spend: (row, what) => {
      row[last] = at(row, last) - (1 << BUDGET_SHIFTS[what]);
    },
  };
}
