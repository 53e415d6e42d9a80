import { logger, None } from "vega";
import { compile } from "vega-lite";

/** What vega-lite warns of when it compiles a figure; a figure of ours has no warnings. */
export function figureWarnings(specification: object): readonly unknown[] {
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
