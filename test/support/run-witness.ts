import { parseRunRecord } from "../../src/core/run-record.ts";
import { flagsAmong, type Owner, parseOwner, stateOfFlag } from "../../src/core/run-state.ts";
import {
  type AttemptMark,
  parseLogFile,
  parseRecordFile,
  parseRecordingFile,
  RECORDERS_FOLDER,
} from "../../src/tree/attempts.ts";
import type { MemoryDisk } from "./memory-disk.ts";

/**
 * Sees a run folder after every operation, knows what nobody inside can know, and throws at the
 * first instant at which a promise of the protocol is broken.
 */
export type Witness = {
  /** @param actor - the process that has just done something */
  readonly see: (actor: number) => void;
  /** A cleaner has decided to reset what it sees now. */
  readonly judged: (actor: number, cleaner: Owner, flag: string) => void;
  /** A claim was reported. */
  readonly claimed: (owner: Owner, attempt: number) => void;
  /** A claim is given up, perhaps without a record: its number is free again. */
  readonly abandoned: (owner: Owner) => void;
  /** A heartbeat reported that somebody else has the run. */
  readonly fenced: (owner: Owner) => void;
  /** A settlement was reported. */
  readonly settled: (owner: Owner, flag: string) => void;
  /** Demands that every attempt that moved its flag, and did not give up, is published with all it wrote. */
  readonly checkPublished: () => void;
};

/** A file that attempts share, and cleaners delete. */
export const SHARED_FILE = "checkpoint";

const VOID = "void ";
const ATTEMPT_OF = /^[^.]*(\.\d+)?\.[a-z]+$/;

export class BrokenPromise extends Error {}

export function createWitness(disk: MemoryDisk, folder: string): Witness {
  const published = new Map<string, string>();
  const flags = watchFlag(disk, folder, published);
  const numbers = new Map<number, string>();
  const judgedAfter = new Map<string, number>();
  const actingAs = new Map<number, string>();
  const reported = new Set<string>();
  const given = new Set<string>();
  let version = 0;
  let sharedBy: string | undefined;
  return {
    see: (actor) => {
      if (disk.version() === version) return;
      version = disk.version();
      watchPublished(disk, folder, published);
      flags.see();
      for (const [name, content] of published) {
        const isVoid = content.startsWith(VOID);
        if (!isVoid && !flags.isClosed(name, content))
          broken(`${name} is ${content}'s, who goes on`);
      }
      const former = sharedBy;
      sharedBy = disk.read(`${folder}/${SHARED_FILE}`);
      if (former === undefined || sharedBy !== undefined) return;
      const known = judgedAfter.get(actingAs.get(actor) ?? "") ?? 0;
      if (flags.claims.indexOf(former) >= known) broken(`a file of a later attempt was deleted`);
    },
    judged: (actor, { token }, flag) => {
      const former = holderOf(flag);
      // Who takes over carries out the former's judgement.
      const inherited = former.kind === "resetting" ? judgedAfter.get(former.token) : undefined;
      judgedAfter.set(token, inherited ?? flags.claims.length);
      actingAs.set(actor, token);
    },
    claimed: ({ token }, attempt) => {
      reported.add(token);
      const other = numbers.get(attempt);
      if (other !== undefined) broken(`attempt ${attempt} is both ${other}'s and ${token}'s`);
      numbers.set(attempt, token);
    },
    abandoned: ({ token }) => {
      given.add(token);
      for (const [number, by] of numbers) if (by === token) numbers.delete(number);
    },
    fenced: ({ token }) => {
      if (!flags.tried.has(token)) broken(`${token} was told that it is fenced`);
    },
    settled: ({ token }, as) => {
      if (flags.moved.get(token) !== as) broken(`${token} was told that it settled: ${as}`);
    },
    checkPublished: () => {
      for (const token of flags.moved.keys()) {
        if (given.has(token) || !reported.has(token)) continue;
        const names = [...published].filter(([, content]) => content === token);
        if (names.length !== 3) broken(`${token} settled, but has only ${names.join(", ")}`);
      }
    },
  };
}

/** Every change of the flag: who claimed, who settled, who was declared void. */
function watchFlag(disk: MemoryDisk, folder: string, published: ReadonlyMap<string, string>) {
  let flag = onlyFlag(disk, folder);
  /** Whose attempt the cleaner that holds the flag declares void. */
  let onTrial: string | undefined;
  const claims: string[] = [];
  const moved = new Map<string, string>();
  const tried = new Set<string>();
  const voided = new Set<string>();
  const see = () => {
    const next = onlyFlag(disk, folder);
    if (next === flag) return;
    const [before, after] = [holderOf(flag), holderOf(next)];
    if (before.kind === "pending" && after.kind === "running") claims.push(after.token);
    if (before.kind === "running") {
      if (voided.has(before.token)) broken(`a voided attempt moved ${flag} to ${next}`);
      if (after.kind === "resetting") {
        onTrial = before.token;
        tried.add(before.token);
      } else {
        moved.set(before.token, next);
      }
    }
    if (before.kind === "resetting" && after.kind !== "resetting" && onTrial !== undefined) {
      const isVoid = [...published.values()].includes(`${VOID}${onTrial}`);
      if (after.kind === "pending" && !isVoid) broken(`${onTrial} lost its run without a record`);
      if (after.kind !== "pending" && isVoid) broken(`${onTrial} was voided, and given back`);
      if (after.kind === "pending") voided.add(onTrial);
      onTrial = undefined;
    }
    flag = next;
  };
  /** Whether a file may have a plain name by now: an attempt's record when it has settled, the rest also when it is void. */
  const isClosed = (name: string, token: string) =>
    moved.has(token) || (tried.has(token) && !name.startsWith("run"));
  return { see, claims, moved, tried, isClosed };
}

/** Files with plain names: what they are never changes, they never vanish, and all of a number are of one attempt. */
function watchPublished(disk: MemoryDisk, folder: string, known: Map<string, string>): void {
  const now = publishedFiles(disk, folder);
  for (const [name, content] of known) {
    const found = now.get(name);
    if (found !== content) broken(`${name} of ${content} became that of ${found ?? "nobody"}`);
  }
  for (const [name, content] of now) {
    const attempt = ATTEMPT_OF.exec(name)?.[1] ?? "";
    const record = now.get(`run${attempt}.json`)?.replace(VOID, "") ?? content;
    if (content.replace(VOID, "") !== record)
      broken(`${name} is ${content}'s, its record ${record}'s`);
    known.set(name, content);
  }
}

function publishedFiles(disk: MemoryDisk, folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, mark: AttemptMark | undefined) => {
    const text = disk.read(`${folder}/${name}`);
    if (typeof mark === "number" && text !== undefined) found.set(name, contentOf(text));
  };
  for (const name of disk.list(folder) ?? [])
    add(name, parseRecordFile(name) ?? parseLogFile(name));
  for (const name of disk.list(`${folder}/${RECORDERS_FOLDER}`) ?? []) {
    add(`${RECORDERS_FOLDER}/${name}`, parseRecordingFile(name)?.mark);
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

function onlyFlag(disk: MemoryDisk, folder: string): string {
  const flags = flagsAmong(disk.list(folder) ?? []);
  const [flag] = flags;
  if (flag === undefined || flags.length > 1) return broken(`flags: [${flags.join(", ")}]`);
  return flag;
}

function holderOf(flag: string): { readonly kind: string; readonly token: string } {
  const owner = parseOwner(flag.slice(flag.indexOf(".") + 1));
  return { kind: stateOfFlag(flag)?.kind ?? "none", token: owner?.token ?? "" };
}

function broken(what: string): never {
  throw new BrokenPromise(what);
}
