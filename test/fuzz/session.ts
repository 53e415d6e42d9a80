import { createChance } from "./chance.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

export type Failure = {
  readonly target: string;
  readonly seed: number;
  /** Which input of the session it was, from 0. */
  readonly index: number;
  readonly input: string;
  /** What was thrown, or how it ended. */
  readonly error: string;
};

export type SessionReport = {
  readonly inputs: number;
  readonly seconds: number;
  /** Texts that were kept because the reader did something new. */
  readonly corpus: number;
  readonly slowestMs: number;
  readonly failure: Failure | undefined;
};

export type SessionOptions = {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  /** Told each input before it is read, so that one that never ends is known. */
  readonly onInput?: (input: string, index: number) => void;
};

/** Texts that are kept, and how long they may be. */
const MAX_CORPUS = 2000;
const MAX_KEPT_LENGTH = 4096;
/** Inputs between two looks at the clock. */
const PACE = 256;

/** Reads texts until they, or the time, are up, or one of them fails. The same seed gives the same texts. */
export function fuzz(target: Target, options: SessionOptions): SessionReport {
  const { seed, inputs, seconds, onInput = () => undefined } = options;
  const chance = createChance(seed);
  const corpus = [...target.seeds];
  const seen = new Set<string>();
  const startedMs = performance.now();
  let slowestMs = 0;
  let index = 0;
  const report = (failure?: Failure): SessionReport => ({
    inputs: index,
    seconds: (performance.now() - startedMs) / 1000,
    corpus: corpus.length,
    slowestMs,
    failure,
  });
  for (; index < inputs; index += 1) {
    if (index % PACE === 0 && performance.now() - startedMs > seconds * 1000) break;
    const input = target.seeds[index] ?? mutate(corpus, target.words ?? [], chance);
    onInput(input, index);
    const readMs = performance.now();
    const did = tryCheck(target, input);
    slowestMs = Math.max(slowestMs, performance.now() - readMs);
    if ("error" in did) {
      const shrunk = shrink(target, input, firstLine(did.error));
      const error = explain(target, shrunk, did.error);
      return report({ target: target.name, seed, index, input: shrunk, error });
    }
    const isNew = !seen.has(did.behaviour) && corpus.length < MAX_CORPUS;
    if (!isNew || input.length > MAX_KEPT_LENGTH) continue;
    seen.add(did.behaviour);
    corpus.push(input);
  }
  return report();
}

function tryCheck(
  target: Target,
  input: string,
): { readonly behaviour: string } | { readonly error: string } {
  const frames = Error.stackTraceLimit;
  // Readers refuse most texts, and a refusal with a stack takes ten times as long.
  Error.stackTraceLimit = 0;
  try {
    return { behaviour: target.check(input) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    Error.stackTraceLimit = frames;
  }
}

/** The same with the stack. */
function explain(target: Target, input: string, error: string): string {
  try {
    target.check(input);
    return error;
  } catch (again) {
    return again instanceof Error ? (again.stack ?? error) : error;
  }
}

const firstLine = (text: string) => text.slice(0, 200).split("\n")[0] ?? "";
const SHRINKING_MS = 2000;

/** A shorter text that fails in the same way: pieces are left out, ever smaller ones. */
function shrink(target: Target, input: string, wanted: string): string {
  const untilMs = performance.now() + SHRINKING_MS;
  let shortest = input;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length;) {
      if (performance.now() > untilMs) return shortest;
      const shorter = shortest.slice(0, at) + shortest.slice(at + size);
      const did = tryCheck(target, shorter);
      if ("error" in did && firstLine(did.error) === wanted) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
}
