import { type Config, isConfig } from "../../config/config.ts";
import { mismatch, type Problem, within } from "../../config/problems.ts";

/** What a copy of a search was made of. */
export type CopiedFrom = {
  /** Name of the search's storage; it lay in the same root. */
  readonly search: string;
  /** Of the search's `search.json`: they tell it apart from one that has its name later. */
  readonly searchId: string;
  readonly searchCreatedAt: string;
  /** Parameters that the search did not have, by their dotted names. */
  readonly added: Config;
  /** Parameters of the search that have another value, by their dotted names. */
  readonly overridden: Config;
};

/** Whatever keeps `value` from being {@link CopiedFrom}. */
export function copiedProblems(value: unknown, place: string): readonly Problem[] {
  if (!isConfig(value)) return [mismatch(place, "an object", value)];
  const texts = ["search", "searchId", "searchCreatedAt"].filter((key) => !isName(value[key]));
  const objects = ["added", "overridden"].filter((key) => !isConfig(value[key]));
  return [
    ...texts.map((key) => mismatch(within(place, key), "a text", value[key])),
    ...objects.map((key) => mismatch(within(place, key), "an object", value[key])),
  ];
}

/** A NUL ends a path for the system, wherever it stands. */
const isName = (value: unknown) => typeof value === "string" && !value.includes("\0");
