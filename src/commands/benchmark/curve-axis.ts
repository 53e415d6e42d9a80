import type { Column } from "../../core/recording/growing-column.ts";
import { type RunPath, runLabel } from "../../tree/paths.ts";

/** Keys that count steps: the first of them that runs recorded is the x axis, if nobody names one. */
const STEP_KEYS = ["step", "steps", "epoch", "episode", "iteration"] as const;
/** The number of the recorded row, from 0. */
export const ROWS = "row";

/**
 * What curves are drawn over: a recorded key, or the number of the row. Without a name, what the first
 * run that is read counts its steps by; runs that do otherwise cannot be drawn with it.
 */
export class CurveAxis {
  readonly #asked: string | undefined;
  #found: { readonly name: string; readonly run: RunPath } | undefined;
  /** Whether curves are kept, not only scores. */
  readonly isKept: boolean;

  /** @param asked - a recorded key or {@link ROWS}; undefined if it is to be found out */
  constructor(asked: string | undefined, isKept: boolean) {
    this.#asked = asked;
    this.isKept = isKept;
  }

  /** Undefined before the first run, and if curves are not kept. */
  get name(): string | undefined {
    return this.#asked ?? this.#found?.name;
  }

  /** The run by which the name was found out, for messages. */
  get example(): string | undefined {
    return this.#found && runLabel(this.#found.run);
  }

  get isAsked(): boolean {
    return this.#asked !== undefined;
  }

  /** What has to be read beside the metric. */
  get keys(): readonly string[] {
    if (this.#asked !== undefined) return this.#asked === ROWS ? [] : [this.#asked];
    return this.isKept ? STEP_KEYS : [];
  }

  /** A run's x, an undefined column for its rows; undefined if it has none like the others. */
  find(
    columns: ReadonlyMap<string, Column>,
    run: RunPath,
  ): { readonly column: Column | undefined } | undefined {
    if (this.#asked === undefined && !this.isKept) return { column: undefined };
    const own = STEP_KEYS.find((key) => isRecorded(columns.get(key))) ?? ROWS;
    if (this.#asked === undefined) this.#found ??= { name: own, run };
    const name = this.name ?? own;
    if (name === ROWS) return this.isAsked || own === ROWS ? { column: undefined } : undefined;
    const column = columns.get(name);
    return isRecorded(column) ? { column } : undefined;
  }

  /** The x that scores are measured on: rows, unless another one was asked for. */
  forScores({ column }: { readonly column: Column | undefined }): Column | undefined {
    return this.isAsked ? column : undefined;
  }
}

function isRecorded(column: Column | undefined): boolean {
  return column?.recorded.includes(1) ?? false;
}
