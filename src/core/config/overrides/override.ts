import type { Span } from "../../expression/expression-error.ts";
import type { ConfigValue } from "../config.ts";

/** What one argument of the command line asks for. */
export type Override =
  /** `lr=0.1`, `lr=0.1,0.01` (several values, so several configurations), `+new=3`. */
  | {
      readonly kind: "set";
      readonly path: readonly string[];
      /** At least one; no two equal. */
      readonly values: readonly ConfigValue[];
      /** Written with `+`: the key may be new. */
      readonly isNew: boolean;
    }
  /** `layers+=64`, `layers+=[64,128]`. */
  | {
      readonly kind: "append";
      readonly path: readonly string[];
      readonly items: readonly ConfigValue[];
    }
  /** `~momentum`. */
  | { readonly kind: "remove"; readonly path: readonly string[] };

/** An argument that says no override. The only error that parsing one throws. */
export class OverrideError extends Error {
  override readonly name = "OverrideError";
  /** The characters that are meant. */
  readonly span: Span;
  /** What to write instead; empty if the message says it all. */
  readonly remedy: string;

  constructor(message: string, span: Span, remedy = "") {
    super(message);
    this.span = span;
    this.remedy = remedy;
  }
}
