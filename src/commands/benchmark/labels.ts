import type { Visuals } from "../../core/figures/visuals.ts";
import type { ScoredSearch } from "./collect.ts";

/**
 * A label for each search, as short as tells those of one task apart: the algorithm, with the
 * kind of the schedule, the description, the id. Shape `[searches][lines]`.
 */
export function labelSearches(
  searches: readonly ScoredSearch[],
  { labels }: Visuals,
): readonly (readonly string[])[] {
  const parts = searches.map(({ facts: { name } }) => [
    labels.get(name.algName) ?? name.algName,
    name.kind,
    name.desc,
    name.id,
  ]);
  return searches.map(({ facts }, index) => {
    const own = parts[index] ?? [];
    const rivals = parts.filter(
      (_, other) => other !== index && searches[other]?.facts.name.taskName === facts.name.taskName,
    );
    for (let length = 1; length < own.length; length++) {
      const start = own.slice(0, length).join("\n");
      if (!rivals.some((rival) => rival.slice(0, length).join("\n") === start)) {
        return own.slice(0, length);
      }
    }
    return own;
  });
}

/** {@link labelSearches} with as many lines for each, so that an algorithm is called the same on every task. */
export function labelModels(
  searches: readonly ScoredSearch[],
  visuals: Visuals,
): readonly (readonly string[])[] {
  const needed = labelSearches(searches, visuals).reduce(
    (most, { length }) => Math.max(most, length),
    1,
  );
  return searches.map(({ facts: { name } }) =>
    [visuals.labels.get(name.algName) ?? name.algName, name.kind, name.desc, name.id].slice(
      0,
      needed,
    ),
  );
}
