import type { Argv } from "yargs";

import type { Host } from "../host.ts";

/** One bin script: its options, what it does, how its report reads. */
export type Command<Options, Report> = {
  readonly name: string;
  readonly summary: string;
  /** What may stand on the line besides flags, as the usage shows it, and how many words at most. */
  readonly words?: { readonly usage: string; readonly most: number };
  /** Command lines that people can copy, each with what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** Declares the options on `args` and parses. The only place where defaults are written. */
  readonly parse: (args: Argv) => Promise<Options>;
  /**
   * Neither prints to standard output nor exits: returns a report, or throws. Stops early when
   * `signal` aborts (Ctrl-C), at once when `kill` does (the second one).
   */
  readonly run: (
    options: Options,
    host: Host,
    signal: AbortSignal,
    kill: AbortSignal,
  ) => Promise<Report>;
  /** For a person, without a final newline. @param columns - of the terminal; none where the output is no terminal */
  readonly render: (report: Report, columns?: number) => string;
  /** What `--json` prints: one value with a `schemaVersion`. */
  readonly toJson: (report: Report) => object;
  /** Flags that settings do not fill in, since a setting of that name is meant for other commands. */
  readonly ownFlags?: readonly string[];
  /** What `--quiet` prints, a line each. */
  readonly ids: (report: Report) => readonly string[];
  /** 0, or 1 when some runs failed. */
  readonly exitCode?: (report: Report) => number;
};
