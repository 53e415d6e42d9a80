import type { Config } from "../../config/config.ts";
import { type Followed, follower } from "../../config/late/following.ts";
import { formatProblems } from "../../config/problems.ts";
import { UserError } from "../../../errors.ts";
import { type Changes, withChanges } from "./changes.ts";

/**
 * The configuration of an experiment's copy, and which late values are others in it.
 * @param label - of the experiment, for messages
 */
export type Copier = (config: Config, label: string) => Pick<Followed, "config" | "names">;

/**
 * What copies the configurations of a search with changes; late values follow those.
 * @param defaults - of the search
 * @param varied - the names of its axes: what they say stays
 */
export function copier(
  defaults: Config,
  changes: Changes,
  varied: readonly string[],
  desc: string,
): Copier {
  const follow = follower(defaults);
  const given = [...changes.overridden, ...changes.added].map(({ path }) => path);
  return (config, label) =>
    soundly(
      follow(config, { ...withChanges(config, changes, label), desc }, [...given, ...varied]),
      label,
    );
}

/** @throws UserError `config-invalid` if a late value cannot be computed after the change */
export function soundly<Result extends Followed>(followed: Result, label: string): Result {
  if (followed.problems.length === 0) return followed;
  throw new UserError(
    "config-invalid",
    formatProblems(`${label}, with values computed anew,`, followed.problems),
    "Nothing was written. Give what cannot be computed a value of its own.",
  );
}
