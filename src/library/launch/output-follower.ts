import { basename, join } from "node:path";

import type { Host } from "../../host.ts";
import { lastAttempt, logFile, parseLogFile } from "../../tree/attempts.ts";
import type { RunPath } from "../../tree/paths.ts";

/** How often runs are looked at for what they have printed, ms. */
const LOOK_MS = 100;
const NEWLINE = 0x0a;
/** So much is passed on at a look: a program that prints more than this in a moment is shown later. */
const MAX_BYTES = 1 << 20;

/**
 * Passes on what runs print to their logs, as it comes: of one run as it is, of several at a time line by
 * line, each with its number.
 */
export function followOutputs(
  runs: readonly RunPath[],
  areMixed: boolean,
  { files, clock }: Pick<Host, "files" | "clock">,
  passOn: (bytes: string | Uint8Array) => void,
): { readonly stop: () => Promise<void> } {
  const followed = runs.map((run) => followRun(run, areMixed, { files }, passOn));
  const stopped = new AbortController();
  const follow = async () => {
    while (!stopped.signal.aborted) {
      for (const one of followed) one.look(false);
      await clock.sleep(LOOK_MS, stopped.signal);
    }
    for (const one of followed) one.look(true);
  };
  const following = follow();
  return {
    stop: () => {
      stopped.abort();
      return following;
    },
  };
}

function followRun(
  run: RunPath,
  isMixed: boolean,
  { files }: Pick<Host, "files">,
  passOn: (bytes: string | Uint8Array) => void,
) {
  /** What earlier attempts printed was shown then. */
  let done = lastAttempt(files.list(run.path) ?? []);
  let offset = 0;
  let rest: Uint8Array = new Uint8Array();
  let isOver = false;
  const show = (file: string, isWhole: boolean) => {
    const bytes = files.readAt(join(run.path, file), offset, MAX_BYTES);
    // The first line is the worker's: what was started.
    const start = offset === 0 ? bytes.indexOf(NEWLINE) + 1 : 0;
    if (offset === 0 && start === 0) return;
    offset += bytes.length;
    const fresh = concatenate(rest, bytes.subarray(start));
    // By whole lines, so that neither characters nor lines of several runs are torn.
    const end = isWhole ? fresh.length : fresh.lastIndexOf(NEWLINE) + 1;
    rest = fresh.slice(end);
    if (end > 0) passOn(isMixed ? labelled(fresh.subarray(0, end), run) : fresh.subarray(0, end));
  };
  const showAll = (file: string) => {
    for (let before = -1; before !== offset;) {
      before = offset;
      show(file, false);
    }
    show(file, true);
  };
  const look = (isLast: boolean) => {
    if (isOver) return;
    const names = files.list(run.path) ?? [];
    const last = lastAttempt(names);
    for (; done < last; done += 1) {
      showAll(logFile(done + 1));
      offset = 0;
    }
    const live = names.find((name) => typeof parseLogFile(name) === "string");
    if (live !== undefined && isLast) showAll(live);
    else if (live !== undefined) show(live, false);
    isOver = names.includes("COMPLETED") && live === undefined;
  };
  return { look };
}

function labelled(bytes: Uint8Array, { path }: RunPath): string {
  const lines = new TextDecoder().decode(bytes).replace(/\n$/, "").split("\n");
  return lines.map((line) => `[${basename(path)}] ${line}\n`).join("");
}

function concatenate(first: Uint8Array, then: Uint8Array): Uint8Array {
  if (first.length === 0) return then;
  const whole = new Uint8Array(first.length + then.length);
  whole.set(first);
  whole.set(then, first.length);
  return whole;
}
