import { logger, None } from "vega";
import { compile } from "vega-lite";

/** What vega-lite warns of when it compiles a figure. */
export function compileWarnings(specification: object): readonly unknown[] {
  const found: unknown[] = [];
  const silent = logger(None);
  const collecting = Object.assign(silent, {
    warn: (...args: readonly unknown[]) => {
      found.push(args);
      return silent;
    },
  });
  compile(specification as Parameters<typeof compile>[0], { logger: collecting });
  return found;
}
