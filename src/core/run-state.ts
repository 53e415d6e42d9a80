/**
 * What a run folder says about itself, by the name of its one flag file. Read from disk at
 * every look, never cached. Every arrow is one rename of that file.
 *
 *               claim                       settle
 *     pending ────────▶ running ──────────────────────▶ completed
 *        ▲  ▲             │  │ └─────────────────────▶ crashed
 *        │  └── release ──┘  │ lease expires             │
 *        │                interrupted                    │
 *        │                   │ reset                     │ reset, when asked for
 *        └─── resetting ◀────┴───────────────────────────┘
 */
export type RunState =
  | { readonly kind: "pending" }
  | { readonly kind: "running"; readonly owner: Owner | undefined }
  | { readonly kind: "completed" }
  | { readonly kind: "crashed" }
  | { readonly kind: "resetting"; readonly cleaner: Owner | undefined }
  /** No flag: an older tool, a hand, or a folder that is still being copied. */
  | { readonly kind: "none" }
  /** Several flags: never run, shown with the remedy. */
  | { readonly kind: "conflict"; readonly flags: readonly string[] };

export const RUN_STATES = [
  "pending",
  "running",
  "completed",
  "crashed",
  "resetting",
  "none",
  "conflict",
] as const satisfies readonly RunState["kind"][];

/** Who moved a flag: `<host>.<pid>.<token>`, parsed from the right. */
export type Owner = {
  /** At most 64 characters of `[a-z0-9-]`. */
  readonly host: string;
  readonly pid: number;
  /** 32 hexadecimal digits: 24 of the worker, 8 that count its claims and resets. */
  readonly token: string;
};

export const PENDING_FLAG = "UNHATCHED";
export const COMPLETED_FLAG = "COMPLETED";
export const CRASHED_FLAG = "CRASH";
const RUNNING_PREFIX = "OPENED";
const RESETTING_PREFIX = "RESETTING";

/** Name of the flag of a run that `owner` executes. */
export function runningFlag(owner: Owner): string {
  return `${RUNNING_PREFIX}.${formatOwner(owner)}`;
}

/** Name of the flag of a run that `cleaner` puts back to pending. */
export function resettingFlag(cleaner: Owner): string {
  return `${RESETTING_PREFIX}.${formatOwner(cleaner)}`;
}

/** Inverse of {@link parseOwner}. */
export function formatOwner({ host, pid, token }: Owner): string {
  return `${host}.${pid}.${token}`;
}

/** The parts of `<host>.<pid>.<token>`, or undefined if it is not one. */
export function parseOwner(text: string): Owner | undefined {
  const [, host, pid, token] =
    /^([a-z0-9-]{1,64})\.([1-9]\d{0,9})\.([0-9a-f]{32})$/.exec(text) ?? [];
  if (host === undefined || token === undefined) return undefined;
  return { host, pid: Number(pid), token };
}

/** A host's name as owners spell it. */
export function ownerHost(name: string): string {
  const [first = ""] = name.toLowerCase().split(".", 1);
  const host = first.replace(/[^a-z0-9-]/g, "-").slice(0, 64);
  return host === "" ? "host" : host;
}

/** The 24 digits of a token that name the worker; its record is `.workers/<these>.json`. */
export function workerOf({ token }: Owner): string {
  return token.slice(0, 24);
}

/** What `name`, found in a run folder, says; undefined if it is no flag. `CRASH.txt` and a bare `OPENED` are older tools'. */
export function stateOfFlag(name: string): RunState | undefined {
  if (name === PENDING_FLAG) return { kind: "pending" };
  if (name === COMPLETED_FLAG) return { kind: "completed" };
  if (name === CRASHED_FLAG || name === "CRASH.txt") return { kind: "crashed" };
  const [prefix, rest] = splitOnce(name, ".");
  if (prefix === RUNNING_PREFIX) return { kind: "running", owner: parseOwner(rest) };
  if (prefix === RESETTING_PREFIX && rest !== "") {
    return { kind: "resetting", cleaner: parseOwner(rest) };
  }
  return undefined;
}

/** The flags among the names in a run folder, in a fixed order. */
export function flagsAmong(names: readonly string[]): readonly string[] {
  return names.filter((name) => stateOfFlag(name) !== undefined).sort();
}

/** The state of a run folder that holds `names`. */
export function stateOf(names: readonly string[]): RunState {
  const flags = flagsAmong(names);
  const [flag] = flags;
  if (flag === undefined) return { kind: "none" };
  if (flags.length > 1) return { kind: "conflict", flags };
  return stateOfFlag(flag) ?? { kind: "none" };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
