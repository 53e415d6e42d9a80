import { parseRunRecord, type RunOutcome } from "../../src/core/run-record.ts";
import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  flagsAmong,
  parseOwner,
  PENDING_FLAG,
  stateOfFlag,
} from "../../src/core/run-state.ts";
import { logFile, parseLogFile, parseRecordFile } from "../../src/tree/attempts.ts";
import { BrokenPromise, SHARED_FILE } from "../support/run-witness.ts";
import { type Report, playerOf } from "./players.ts";
import { namesIn, type RunDisk } from "./run-disk.ts";

/** What nobody inside can know of a run, and the promises speak of. A value, as the disk is. */
export type History = {
  /** Tokens whose claim renamed the flag, in order. */
  readonly claims: readonly string[];
  /** Attempt numbers, and the token that was given each. */
  readonly numbers: Readonly<Record<string, string>>;
  /** Tokens that a cleaner took the flag from, at least for a while. */
  readonly tried: readonly string[];
  /** Tokens whose attempt is void for good. */
  readonly voided: readonly string[];
  /** Flags to which their owners moved them. */
  readonly moved: Readonly<Record<string, string>>;
  /** Whose attempt the cleaner that holds the flag may declare void. */
  readonly onTrial: string | null;
  /** How many claims there had been when a cleaner judged. */
  readonly judged: Readonly<Record<string, number>>;
};

export const NO_HISTORY: History = {
  claims: [],
  numbers: {},
  tried: [],
  voided: [],
  moved: {},
  onTrial: null,
  judged: {},
};

const VOID = "void ";

/**
 * What a step of somebody makes of the history.
 * @param actor - the token that it acts under
 * @throws BrokenPromise
 */
export function afterStep(
  history: History,
  before: RunDisk,
  after: RunDisk,
  actor: string,
): History {
  if (before === after) return history;
  const next = afterFlag(history, onlyFlag(before), onlyFlag(after), actor);
  checkPublished(next, before, after);
  checkOwnFiles(before, after, actor);
  checkFlagText(next, before, after, actor);
  const shared = before.get(SHARED_FILE)?.text;
  if (typeof shared === "string" && !after.has(SHARED_FILE)) {
    const known = next.judged[actor] ?? 0;
    if (next.claims.indexOf(shared) >= known) broken("a file of a later attempt was taken away");
  }
  return next;
}

/** @throws BrokenPromise if what was reported is not so */
export function afterReport(history: History, report: Report): History {
  const { token } = report;
  switch (report.kind) {
    case "claimed": {
      const other = history.numbers[report.attempt];
      if (other !== undefined)
        broken(`attempt ${report.attempt} is both ${other}'s and ${token}'s`);
      return { ...history, numbers: { ...history.numbers, [report.attempt]: token } };
    }
    case "fenced":
      if (!history.tried.includes(token)) broken(`${token} was told that it is fenced`);
      return history;
    case "settled": {
      const flag = FLAGS[report.outcome];
      if (history.moved[token] !== flag) broken(`${token} was told that it settled: ${flag}`);
      return history;
    }
    case "judged": {
      const former = holderOf(report.flag);
      // Who takes over carries out the former's judgement.
      const inherited = former.kind === "resetting" ? history.judged[former.token] : undefined;
      const claims = inherited ?? history.claims.length;
      return { ...history, judged: { ...history.judged, [token]: claims } };
    }
  }
}

const FLAGS: Readonly<Record<RunOutcome, string>> = {
  completed: COMPLETED_FLAG,
  crashed: CRASHED_FLAG,
  released: PENDING_FLAG,
  voided: PENDING_FLAG,
};

/** At the end: every attempt that moved its flag is published with all it wrote, under one number. */
export function checkAllPublished(history: History, disk: RunDisk): void {
  const published = [...publishedIn(disk)];
  for (const token of Object.values(history.numbers)) {
    if (history.moved[token] === undefined) continue;
    const names = published.filter(([, content]) => content === token);
    if (names.length !== 2) {
      broken(`${token} settled, but has only ${names.map(([name]) => name).join(", ")}`);
    }
  }
}

function afterFlag(history: History, from: string, to: string, actor: string): History {
  if (from === to) return history;
  const [before, after] = [holderOf(from), holderOf(to)];
  switch (before.kind) {
    case "pending":
      if (after.kind !== "running") broken(`${from} became ${to}`);
      return { ...history, claims: [...history.claims, after.token] };
    case "running":
      if (history.voided.includes(before.token)) broken(`a voided attempt's ${from} became ${to}`);
      if (after.kind === "resetting") return onTrial(history, before.token);
      // Nobody but its owner marks a run.
      if (playerOf(actor) !== playerOf(before.token)) broken(`${actor} moved ${from} to ${to}`);
      return { ...history, moved: { ...history.moved, [before.token]: to } };
    case "resetting":
      return afterResetting(history, to);
    case "crashed":
      if (after.kind !== "resetting") broken(`${from} became ${to}`);
      return history;
    default:
      return broken(`${from} became ${to}`);
  }
}

function onTrial(history: History, token: string): History {
  const tried = history.tried.includes(token) ? history.tried : [...history.tried, token].sort();
  return { ...history, onTrial: token, tried };
}

function afterResetting(history: History, to: string): History {
  const { onTrial: token } = history;
  if (holderOf(to).kind === "resetting" || token === null) return history;
  if (to !== PENDING_FLAG) {
    if (history.voided.includes(token)) broken(`${token} was voided, and given back`);
    return { ...history, onTrial: null };
  }
  return { ...history, onTrial: null, voided: [...history.voided, token].sort() };
}

/**
 * Files with plain names: what they are never changes, they never vanish, all of a number are of one
 * attempt, and none is of somebody who goes on. An attempt that is void for good has left a record.
 */
function checkPublished(history: History, before: RunDisk, after: RunDisk): void {
  const now = publishedIn(after);
  for (const [name, content] of publishedIn(before)) {
    const found = now.get(name);
    if (found !== content) broken(`${name} of ${content} became that of ${found ?? "nobody"}`);
  }
  for (const [name, content] of now) {
    const record = now.get(name.replace(/^logger(.*)\.out$/, "run$1.json"))?.replace(VOID, "");
    const token = content.replace(VOID, "");
    if (record !== undefined && record !== token)
      broken(`${name} is ${token}'s, its record ${record}'s`);
    if (!content.startsWith(VOID) && !isClosed(history, name, token)) {
      broken(`${name} is ${token}'s, who goes on`);
    }
  }
  for (const token of history.voided) {
    if (![...now.values()].includes(VOID + token)) broken(`${token} lost its run without a record`);
  }
}

/** An attempt's record is published when it has settled, the rest also when it is void. */
const isClosed = ({ moved, tried }: History, name: string, token: string) =>
  moved[token] !== undefined || (tried.includes(token) && !name.startsWith("run"));

/** What an attempt has written under its token is changed by itself only, and goes only to a plain name. */
function checkOwnFiles(before: RunDisk, after: RunDisk, actor: string): void {
  for (const [name, { text }] of before) {
    const mark = parseLogFile(name);
    if (typeof mark !== "string") continue;
    const now = after.get(name)?.text;
    if (now !== undefined && now !== text && actor !== mark) broken(`${actor} overwrote ${name}`);
    if (now === undefined && ![...publishedIn(after).values()].includes(mark)) {
      broken(`${actor} took ${logFile(mark)} away`);
    }
  }
}

/** Words are written into a flag by the attempt that has it, or had it last: the flag of a later one is not touched. */
function checkFlagText(
  { claims, voided }: History,
  before: RunDisk,
  after: RunDisk,
  actor: string,
): void {
  const flag = onlyFlag(after);
  const was = before.get(onlyFlag(before))?.text;
  if (after.get(flag)?.text === was) return;
  if (actor === claims.at(-1) && !voided.includes(actor)) return;
  broken(`${actor} wrote into ${flag}`);
}

function publishedIn(disk: RunDisk): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, { text }] of disk) {
    const mark = parseRecordFile(name) ?? parseLogFile(name);
    if (typeof mark === "number" && text !== null) found.set(name, contentOf(text));
  }
  return found;
}

function contentOf(text: string): string {
  // Anything but a record is the token that wrote it.
  const record = text.startsWith("{") ? parseRunRecord(text) : undefined;
  if (record === undefined) return text;
  const token = parseOwner(record.owner)?.token ?? record.owner;
  return record.outcome === "voided" ? `${VOID}${token}` : token;
}

/** The run's one flag. @throws BrokenPromise if there is none, or another one */
export function onlyFlag(disk: RunDisk): string {
  const flags = flagsAmong(namesIn(disk, "") ?? []);
  const [flag] = flags;
  if (flag === undefined || flags.length > 1) return broken(`flags: [${flags.join(", ")}]`);
  return flag;
}

/** The kind of a flag, and the token of who holds it. */
export function holderOf(flag: string): { readonly kind: string; readonly token: string } {
  const owner = parseOwner(flag.slice(flag.indexOf(".") + 1));
  return { kind: stateOfFlag(flag)?.kind ?? "none", token: owner?.token ?? "" };
}

function broken(what: string): never {
  throw new BrokenPromise(what);
}
