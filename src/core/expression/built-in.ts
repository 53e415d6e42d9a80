import type { ConfigValue } from "../config/config.ts";
import type { Span } from "./expression-error.ts";

/** What a function is called with. Errors point at `span`, the call. */
export type Call = { readonly args: readonly ConfigValue[]; readonly span: Span };

export type BuiltIn = {
  /** How many arguments it takes, from and to. */
  readonly arity: readonly [number, number];
  /** How it is written, for messages and the documentation. */
  readonly usage: string;
  readonly apply: (call: Call) => ConfigValue;
};
