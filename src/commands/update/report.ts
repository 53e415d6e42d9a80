import { basename } from "node:path";

import { counted } from "../../core/counted.ts";
import { oneLine } from "../../core/printable.ts";
import type { PlannedUpdate, Update } from "./plan.ts";

/** What was brought up to date, or would be. */
export type UpdateReport = {
  readonly dryRun: boolean;
  /** Whether Ctrl-C ended it before everything was brought up to date. */
  readonly stopped: boolean;
  readonly storages: readonly UpdatedStorage[];
};

export type UpdatedStorage = {
  readonly name: string;
  /** That were looked at. */
  readonly runs: number;
  readonly updates: readonly Update[];
  /** How many of them were written. */
  readonly written: number;
  /** Runs that somebody is at work on, which were left alone. */
  readonly held: readonly string[];
  readonly unreadable: PlannedUpdate["unreadable"];
  readonly same: PlannedUpdate["same"];
};

/** Of a kind, in a report for people. */
const MAX_NAMED = 8;

export function reportUpdate(plan: PlannedUpdate, written: number): UpdatedStorage {
  const { storage, runs, updates, held, unreadable, same } = plan;
  return { name: basename(storage), runs, updates, written, held, unreadable, same };
}

/** Every file that is not up to date, a line each. */
export function updateLines({ name, updates }: UpdatedStorage): readonly string[] {
  return updates.map(({ path, what }) => oneLine(`  ${name}/${path}: ${what}`, MAX_LINE));
}
const MAX_LINE = 400;

export function renderUpdate({ dryRun, stopped, storages }: UpdateReport): string {
  const total = storages.reduce((sum, { updates }) => sum + updates.length, 0);
  const written = storages.reduce((sum, one) => sum + one.written, 0);
  const where = storages.length === 1 ? "1 storage" : `${storages.length} storages`;
  const head =
    total === 0
      ? `Up to date: ${where}.`
      : dryRun
        ? `Would bring ${counted(total, "file")} up to date in ${where}:`
        : `Brought ${counted(written, "file")} up to date in ${where}:`;
  const lines = [head, ...storages.flatMap((one) => renderStorage(one, dryRun))];
  return stopped
    ? [...lines, "Stopped before all was done: call it again."].join("\n")
    : lines.join("\n");
}

function renderStorage(storage: UpdatedStorage, dryRun: boolean): readonly string[] {
  const { name, runs, held, unreadable, same, written, updates } = storage;
  const lines = updateLines(storage);
  const shown = dryRun ? lines : lines.slice(0, MAX_NAMED);
  const changed = dryRun ? updates.length : written;
  return [
    `  ${name}  ${counted(runs, "run")}, ${counted(changed, "file")}`,
    ...shown.map((line) => `  ${line}`),
    ...(lines.length > shown.length ? [`    … and ${lines.length - shown.length} more`] : []),
    ...(held.length > 0
      ? [`    Left alone, since somebody is at work there: ${some(held)}; call it again later.`]
      : []),
    ...(unreadable.length > 0
      ? [`    Cannot be read: ${some(unreadable.map(({ run, problem }) => `${run} (${problem})`))}`]
      : []),
    ...same.slice(0, MAX_NAMED).map((numbers) => {
      const names = numbers.map((number) => `experiment${number}`).join(", ");
      return `    Note: ${names} are the same but for the seed and what is volatile.`;
    }),
  ];
}

function some(texts: readonly string[]): string {
  const more = texts.length - MAX_NAMED;
  return (
    texts
      .slice(0, MAX_NAMED)
      .map((text) => oneLine(text))
      .join(", ") + (more > 0 ? ` and ${more} more` : "")
  );
}
