import {
  type Config,
  type ConfigValue,
  isConfig,
  ownValue,
  pathsOf,
  valueAt,
} from "../../config/config.ts";
import type { Derived } from "../../config/late/derived.ts";
import type { Withheld } from "../../config/late/late-values.ts";
import {
  type Composition,
  draftComposer,
  finisher,
  type Sources,
} from "../../config/layers/composition.ts";
import { configOf, type Draft, draftOf } from "../../config/layers/draft.ts";
import type { Layer } from "../../config/layers/layer.ts";
import { memberDraft, type MemberRule, memberDrafts } from "../../config/layers/members.ts";
import type { Problem } from "../../config/problems.ts";

/** What the configurations of a search are put together from, beside the values of its axes. */
export type SearchSources = Pick<Sources, "extras"> & {
  readonly derived: Derived;
  /** Defaults, what is extended, the schedule's own values. */
  readonly below: readonly Layer[];
  /** The file of this machine, the command line. */
  readonly above: readonly Layer[];
  readonly members: MemberRule | undefined;
};

/** What all experiments start from. */
export type SearchBase = {
  /** Late values as the texts that they are; of members what they have in common. */
  readonly config: Config;
  /** Keys that only extra configurations have, which not every experiment chooses. */
  readonly sometimes: ReadonlySet<string>;
  /** The members that train side by side, an axis of their own. */
  readonly members: readonly ConfigValue[];
  readonly draft: Draft;
  readonly problems: readonly Problem[];
};

/** Everything but the values of the axes. */
export function baseOf(sources: SearchSources): SearchBase {
  const { below, extras, above, members: rule } = sources;
  const draft = draftComposer({ below, ...(extras && { extras }) })(above);
  const own = configOf(draft);
  const found = rule === undefined ? undefined : memberDrafts(draft, rule);
  const members = found?.members.map(({ member }) => member) ?? [];
  const common = rule === undefined ? own : withoutPrefix(own, rule.prefix);
  const named = rule === undefined ? common : { ...common, [rule.as]: members[0] ?? null };
  const sometimes: Record<string, ConfigValue> = {};
  for (const { values } of Object.values(extras?.registry ?? {})) {
    for (const path of pathsOf(values)) {
      // Marked keys change what others have.
      if (valueAt(named, path) !== undefined || !/^[^~=+.]+$/.test(path) || path === "extends")
        continue;
      sometimes[path] = ownValue(values, path) ?? null;
    }
  }
  return {
    config: { ...named, ...sometimes },
    sometimes: new Set(Object.keys(sometimes)),
    members,
    draft,
    problems: found?.problems ?? draft.problems,
  };
}

/** What tells the searches of a schedule apart. */
export type SearchLabels = {
  readonly algName: string;
  readonly taskName: string;
  readonly desc: string;
};

/** Puts the configuration of one experiment together. @param values - by dotted names */
export type ExperimentComposer = (values: Config, labels: SearchLabels) => Composition;

/**
 * An experiment is one configuration, whatever its seeds: two runs of which more differs would count as
 * two experiments, and a copy with fresh seeds would keep what was computed of the old ones.
 */
const SEED: Withheld = {
  reason:
    ", which differs from run to run, and a configuration is that of all runs of an experiment.",
  remedy:
    "Let the program compute it: every run is given its seed, in its configuration and as {seed} in a command.",
};

/**
 * The composer of a search's experiments; make one for all of them.
 * @param varied - the names of all axes; one without a value does not exist in the experiment
 */
export function experimentComposer(
  sources: SearchSources,
  { sometimes }: Pick<SearchBase, "sometimes">,
  varied: readonly string[],
  gridPlaces: Pick<Layer, "file" | "placeOf">,
): ExperimentComposer {
  const { extras, members: rule } = sources;
  const above = extras === undefined ? [] : sources.above;
  const below = extras === undefined ? [...sources.below, ...sources.above] : sources.below;
  const compose = draftComposer({ below, ...(extras && { extras }) });
  const finish = finisher(sources.derived, { seed: SEED });
  const top = rule && sources.above.map((layer) => withoutMembers(layer, rule.prefix));
  return (values, labels) => {
    const label = { name: "the search", values: labels, mayAdd: true };
    const isPlain = (name: string) => !sometimes.has(name) && name !== rule?.as;
    const own = gridLayer(values, Object.keys(values).filter(isPlain), gridPlaces);
    let draft = compose([...above, label, own]);
    const member = rule && values[rule.as];
    if (rule && (typeof member === "string" || typeof member === "number")) {
      const shared = memberDraft(member, draft, rule).draft;
      draft = draftOf([...(top ?? []), own], shared);
    }
    const chosen = configOf(draft);
    const now = (name: string) => valueAt(chosen, name) !== undefined;
    const late = Object.keys(values).filter((name) => sometimes.has(name) && now(name));
    if (late.length > 0) draft = draftOf([gridLayer(values, late, gridPlaces)], draft);
    const absent = varied.filter((name) => !Object.hasOwn(values, name) && now(name));
    if (absent.length > 0) draft = draftOf([removals(absent, gridPlaces)], draft);
    return finish(draft);
  };
}

/** The values of an experiment as a layer, each as a whole. */
function gridLayer(
  values: Config,
  names: readonly string[],
  { file, placeOf }: Pick<Layer, "file" | "placeOf">,
): Layer {
  const entries = names.map((name) => [`=${name}`, values[name] ?? null] as const);
  return {
    name: "the schedule's axes",
    values: Object.fromEntries(entries),
    mayAdd: true,
    ...(file === undefined ? {} : { file }),
    ...(placeOf && { placeOf: ([key]) => placeOf([String(key).slice(1)]) }),
  };
}

function removals(names: readonly string[], places: Pick<Layer, "file" | "placeOf">): Layer {
  const whole = gridLayer({}, [], places);
  const entries = names.map((name) => [`~${name}`, null] as const);
  return { ...whole, values: Object.fromEntries(entries) };
}

function withoutMembers(layer: Layer, prefix: string): Layer {
  const isOwn = (key: string) => !key.replace(/^[~+=]+/, "").startsWith(prefix);
  // What was appended or removed stays so.
  const entries = Object.entries(layer.values).filter(
    ([key]) => isOwn(key) && !key.startsWith("~") && !key.endsWith("+"),
  );
  return { ...layer, mayAdd: true, values: Object.fromEntries(entries) };
}

function withoutPrefix(config: Config, prefix: string): Config {
  const entries = Object.entries(config).filter(
    ([name, value]) => !(name.startsWith(prefix) && isConfig(value)),
  );
  return Object.fromEntries(entries);
}
