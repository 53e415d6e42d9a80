import { UserError } from "../../../errors.ts";
import type { ConfigValue } from "../../config/config.ts";
import { combinationsOf } from "./combinations.ts";
import type { NamedOverrides, ValueLists } from "../schedule.ts";

/** One value of each list. */
type Values<Lists extends ValueLists> = { readonly [Name in keyof Lists]: Lists[Name][number] };

/** More names than a person looks through; `variations` has no such bound. */
const MAX_NAMED = 100_000;

/**
 * Named overrides for every combination of some values.
 *
 *     overrides: createGrid(({ DATA_SEED }) => `DATA_SEED=${DATA_SEED}`, { DATA_SEED: [0, 1, 2] })
 *
 * @param nameOf - another name for each combination
 * @throws UserError `schedule-invalid` for more than 100,000
 */
export function createGrid<const Lists extends ValueLists>(
  nameOf: (values: Values<Lists>) => string,
  lists: Lists,
): readonly NamedOverrides[] {
  const axes = Object.entries<readonly ConfigValue[]>(lists).map(([name, values]) => ({
    place: name,
    names: [name],
    points: values.map((value) => [value]),
  }));
  const { count, at } = combinationsOf({
    axes,
    excludes: [],
    constants: {},
    defaultOf: () => undefined,
  });
  if (count > MAX_NAMED) {
    throw new UserError(
      "schedule-invalid",
      `createGrid would name ${count} combinations; it makes at most ${MAX_NAMED}.`,
      "Write the lists as variations, which need no names.",
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const values = at(index);
    // Each list has just given its value.
    return { ...values, name: nameOf(values as Values<Lists>) };
  });
}
