import type { ConfigValue } from "../config.ts";
import { lateResolver } from "../late/late-values.ts";
import { type Problem, show } from "../problems.ts";
import { configOf, type Draft, draftOf } from "./draft.ts";
import type { Layer } from "./layer.ts";
import { chainOf, type Registry } from "./registry.ts";
import { lastStepAt } from "./steps.ts";

export type Extras = {
  /** The key under which a configuration names them: a list of names, late values included. */
  readonly key: string;
  readonly registry: Registry;
};

/** No configuration is changed more often by those that it chooses. */
const MAX_ROUNDS = 20;

/**
 * A function that puts the extra configurations between `below` and what is above. What they set may
 * change which are chosen; it is repeated until the choice stays the same.
 */
export function chooseExtras(
  below: Draft,
  { key, registry }: Extras,
): (above: readonly Layer[]) => Draft {
  const resolve = lateResolver();
  const drafts = new Map<string, Draft>();
  const withNames = (names: readonly string[]): Draft => {
    const id = JSON.stringify(names);
    const known = drafts.get(id) ?? extend(below, names, { key, registry });
    drafts.set(id, known);
    return known;
  };
  return (above) => {
    let names: readonly string[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const base = withNames(names);
      const draft = draftOf(above, base);
      if (base.problems.length > below.problems.length) return draft;
      const resolved = resolve(configOf(draft));
      const chosen = namesOf(resolved.config[key], resolved.problems, key, draft);
      if ("problems" in chosen) return { ...draft, problems: chosen.problems };
      if (JSON.stringify(chosen.names) === JSON.stringify(names)) return draft;
      names = chosen.names;
    }
    const draft = draftOf(above, withNames(names));
    const message = `never settles: what it chooses changes what it chooses, at last ${show(names.join(", "))}.`;
    return { ...draft, problems: [...draft.problems, problem(key, message, draft)] };
  };
}

function extend(below: Draft, names: readonly string[], { key, registry }: Extras): Draft {
  const { layers, problems } = chainOf(names, registry);
  const draft = draftOf(layers, below);
  const own = problems.map((one) => ({ ...problem(key, one.message, below), ...one, place: key }));
  return { ...draft, problems: [...draft.problems, ...own] };
}

function namesOf(
  value: ConfigValue | undefined,
  lateProblems: readonly Problem[],
  key: string,
  draft: Draft,
): { readonly names: readonly string[] } | { readonly problems: readonly Problem[] } {
  const own = lateProblems.filter(({ place }) => place === key || place.startsWith(`${key}[`));
  if (own.length > 0) return { problems: [...draft.problems, ...own] };
  if (value === undefined || value === null) return { names: [] };
  const names: readonly ConfigValue[] = Array.isArray(value) ? value : [value];
  const texts = names.filter((name) => typeof name === "string");
  if (texts.length === names.length) return { names: texts };
  const message = `expected a list of names of configurations, got ${show(value)}.`;
  return { problems: [...draft.problems, problem(key, message, draft)] };
}

function problem(place: string, message: string, draft: Draft): Problem {
  const origin = lastStepAt(draft.change, [place])?.origin;
  return { place, message, ...(origin === undefined ? {} : { origin }) };
}
