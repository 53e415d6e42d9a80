import type { Path } from "../../expression/syntax.ts";
import { type Config, withoutPath } from "../config.ts";
import { type Derived, computeDerived } from "../late/derived.ts";
import { type Background, lateResolver } from "../late/late-values.ts";
import type { Origin } from "../origin.ts";
import type { Problem } from "../problems.ts";
import { configOf, type Draft, draftOf, NO_DRAFT } from "./draft.ts";
import { chooseExtras, type Extras } from "./extras.ts";
import type { Layer } from "./layer.ts";
import { lastStepAt, removalAt } from "./steps.ts";

/** What the configurations of one search have in common. */
export type Sources = {
  /** From the most general to the most special. */
  readonly below: readonly Layer[];
  /** Configurations that the configuration itself chooses. They stand between `below` and `above`. */
  readonly extras?: Extras;
  readonly derived?: Derived;
};

export type Composition = {
  /** As far as there are no problems: with all late and derived values. */
  readonly config: Config;
  readonly problems: readonly Problem[];
  /** What was composed, before late values: where values come from. */
  readonly draft: Draft;
};

/**
 * A function that composes configurations: `below`, the chosen extra configurations, and `above`, which
 * differs from one to the next. What they share is read once, so make one for a search.
 */
export function composer(sources: Sources): (above: readonly Layer[]) => Composition {
  const compose = draftComposer(sources);
  const finish = finisher(sources.derived);
  return (above) => finish(compose(above));
}

/** The first half of {@link composer}: layers, and the extra configurations that they choose. */
export function draftComposer({ below, extras }: Sources): (above: readonly Layer[]) => Draft {
  const base = draftOf(below, NO_DRAFT);
  if (extras === undefined) return (above) => draftOf(above, base);
  const choose = chooseExtras(base, extras);
  return (above) => choose(above);
}

/**
 * The second half of {@link composer}: late values, then derived ones.
 * @param withheld - names at the top that neither of them may read, and why
 */
export function finisher(
  derived: Derived = {},
  withheld: Background["withheld"] = {},
): (draft: Draft) => Composition {
  const resolve = lateResolver();
  const names = Object.keys(derived);
  return (draft) => {
    const whole = configOf(draft);
    const config = Object.keys(withheld).reduce(withoutPath, whole);
    const background = { ...backgroundOf(draft, names), withheld };
    const late = resolve(config, background);
    const problems = [...draft.problems, ...late.problems];
    // Functions would stumble over the same problems again.
    if (problems.length > 0 || names.length === 0) {
      return { config: { ...whole, ...late.config }, problems, draft };
    }
    const { config: complete, problems: more } = computeDerived(late.config, derived, background);
    return { config: { ...whole, ...complete }, problems: more, draft };
  };
}

function backgroundOf(draft: Draft, derived: readonly string[]): Background {
  return {
    derived,
    originOf: (path: Path): Origin | undefined => lastStepAt(draft.change, path)?.origin,
    removalOf: (path: Path): Origin | undefined => removalAt(draft.change, path)?.origin,
  };
}
