import { type Config, type ConfigValue, isConfig } from "../../config/config.ts";
import type { Composition } from "../../config/layers/composition.ts";
import type { Layer } from "../../config/layers/layer.ts";
import type { Registry } from "../../config/layers/registry.ts";
import { pathOfPlace, withPlaces } from "../../config/place.ts";
import type { Excerpt } from "../../config/origin.ts";
import type { Problem } from "../../config/problems.ts";
import type { Path } from "../../expression/syntax.ts";
import { lazily } from "../../lazily.ts";
import { withValues } from "../experiment-values.ts";
import { valueListsOf } from "../grid/blocks.ts";
import { namesOfParts } from "../grid/problems.ts";
import { type Schedule, variedNames } from "../schedule.ts";
import { defaultsProblems, scheduleProblems, toSchedule } from "../schedule-problems.ts";
import { namesIn, type VariedName } from "../varied-problems.ts";
import { type CompositionPart, compositionProblems, isComposed } from "./composition-keys.ts";
import { axisKindProblems, kindProblems } from "./kind-problems.ts";
import { overrideSchedule } from "./schedule-overrides.ts";
import {
  baseOf,
  type ExperimentComposer,
  experimentComposer,
  type SearchBase,
  type SearchLabels,
  type SearchSources,
} from "./search-composer.ts";
import { isLate, type ScheduleSource, sourcesOf } from "./sources.ts";

/** What lies on top of a schedule. */
export type Surroundings = {
  readonly registry: Registry;
  readonly machine: readonly Layer[];
  /** Overrides of the command line. */
  readonly overrides: readonly string[];
};

/** A search whose experiments can be put together. */
export type ComposedSearch = {
  /** Its defaults are what all experiments start from, late values as their texts. */
  readonly schedule: Schedule;
  readonly compose: ExperimentComposer;
  /** What {@link compose} gives, at once if nothing is to be computed or chosen. */
  readonly configOf: (
    values: Config,
    labels: SearchLabels,
  ) => Pick<Composition, "config" | "problems">;
  /** Whether an experiment can have problems that do not show before it is composed. */
  readonly isLate: boolean;
  /** Whether two experiments may come to the same configuration. */
  readonly mayRepeat: boolean;
  readonly schema: CompositionPart["schema"];
  /** What functions compute, by dotted names. */
  readonly derivedNames: readonly string[];
};

type Composed = { readonly search: ComposedSearch } | { readonly problems: readonly Problem[] };

/** A search, or everything that is wrong with it as far as it shows without its experiments. */
export function composeSchedule(source: ScheduleSource, around: Surroundings): Composed {
  const { value, file, placeOf } = source;
  const written = (problems: readonly Problem[]) => withPlaces(problems, file, placeOf);
  if (!isConfig(value)) return { problems: scheduleProblems(value) };
  const wrong = [
    ...compositionProblems(value),
    ...(value["defaults"] === undefined ? [] : defaultsProblems(value["defaults"])),
  ];
  if (wrong.length > 0) {
    // Without these nothing can be put together; what else is wrong shows as well.
    const isMissing = isComposed(value) && value["defaults"] === undefined;
    const others = scheduleProblems(value).filter((one) => !isMissing || one.place !== "defaults");
    return { problems: written(distinct([...wrong, ...others])) };
  }
  const own = lazily(
    () => baseOf(sourcesOf(value, source, around.registry, around.machine).sources).config,
  );
  const { schedule: authored, ...changed } = overrideSchedule(value, around.overrides, own);
  const { layer, problems } = changed;
  const placed = (some: readonly Problem[]) => written(credited(some, changed.changes));
  const above = [...around.machine, layer];
  const { sources, problems: refused } = sourcesOf(authored, source, around.registry, above);
  const base = baseOf(sources);
  const complete = completeSchedule(authored, base, sources);
  const search = searchOf(complete, source, sources, base);
  const whole = search.isLate ? withExclusions(complete, search) : complete;
  const isInferred = search.schema === undefined;
  const found = [
    ...problems,
    ...placed([...refused, ...scheduleProblems(whole)]),
    ...base.problems,
    ...placed(computedAndVaried(whole, sources)),
    ...(isInferred ? kindProblems(base.draft.change) : []),
  ];
  if (found.length > 0) return { problems: distinct(found) };
  const schedule = toSchedule(whole);
  const kinds = isInferred ? axisKinds(schedule, base, whole) : [];
  return kinds.length > 0 ? { problems: placed(kinds) } : { search: { ...search, schedule } };
}

/** The schedule with what its configurations come to as its defaults, and members as an axis. */
function completeSchedule(
  authored: Config,
  base: SearchBase,
  { members: rule, below }: SearchSources,
): Config {
  const isRandom = authored["space"] !== undefined || authored["nExperiments"] !== undefined;
  const kind = authored["kind"] ?? (isRandom || !isComposed(authored) ? undefined : "grid");
  const schedule: Config = {
    ...authored,
    ...(kind === undefined ? {} : { kind }),
    ...(below.length === 0 ? {} : { defaults: base.config }),
  };
  if (rule === undefined || base.members.length === 0) return schedule;
  const { variations } = schedule;
  const axis = { [rule.as]: base.members };
  return { ...schedule, variations: { ...(isConfig(variations) ? variations : {}), ...axis } };
}

function searchOf(
  complete: Config,
  { file, placeOf }: ScheduleSource,
  sources: SearchSources,
  base: SearchBase,
): Omit<ComposedSearch, "schedule"> {
  // What is read of it lazily is looked at only after its check.
  const { schema } = complete as unknown as CompositionPart;
  const places = lazily(
    () => new Map(variedIn(complete).map(({ name, place }) => [name, pathOfPlace(place)])),
  );
  const varied = lazily(() => variedNames(toSchedule(complete)));
  const composer = lazily(() =>
    experimentComposer(sources, base, varied(), {
      file,
      placeOf: ([name]) => placeOf(places().get(String(name)) ?? []),
    }),
  );
  const derivedNames = Object.keys(sources.derived);
  const compose: ExperimentComposer = (values, labels) => {
    const composition = composer()(values, labels);
    if (composition.problems.length === 0 || derivedNames.length === 0) return composition;
    // Functions know the names of their values, and nothing of the file.
    const lineOf = (path: Path) => placeOf(["derived", path.join(".")]);
    return { ...composition, problems: withPlaces(composition.problems, file, lineOf) };
  };
  const late = isLate(sources, base.config, complete);
  const configOf: ComposedSearch["configOf"] = (values, labels) =>
    late
      ? compose(values, labels)
      : { config: withValues({ ...base.config, ...labels }, values, varied()), problems: [] };
  const mayRepeat = base.sometimes.size > 0;
  return { compose, configOf, isLate: late, mayRepeat, schema, derivedNames };
}

/** For functions that exclude: the names of a search exclude none of its experiments. */
const NO_LABELS = { algName: "", taskName: "", desc: "" };

/** Functions that exclude get whole configurations, late values and all. */
function withExclusions(schedule: Config, { configOf }: Pick<ComposedSearch, "configOf">): Config {
  const wrap = (part: ConfigValue): ConfigValue => {
    if (!isConfig(part) || !Array.isArray(part["exclude"])) return part;
    const exclude = (part["exclude"] as readonly unknown[]).map((one) =>
      typeof one === "function"
        ? (_: Config, values: Config): unknown =>
            Reflect.apply(one, undefined, [configOf(values, NO_LABELS).config, values])
        : one,
    );
    // Functions are no data, but may stand here.
    return { ...part, exclude: exclude as unknown as readonly ConfigValue[] };
  };
  const { blocks } = schedule;
  const whole = wrap(schedule) as Config;
  if (!Array.isArray(blocks)) return whole;
  return { ...whole, blocks: (blocks as readonly ConfigValue[]).map(wrap) };
}

/** What a function computes, or lists the members, cannot vary as well. */
function computedAndVaried(
  schedule: Config,
  { derived, members: rule }: SearchSources,
): readonly Problem[] {
  return variedIn(schedule).flatMap(({ name, place }) => {
    const overlaps = (one: string) => name === one || name.startsWith(`${one}.`);
    if (Object.keys(derived).some(overlaps)) {
      const remedy = "Keep the function, or the axis.";
      return [{ place, message: `sets ${JSON.stringify(name)}, as derived does. ${remedy}` }];
    }
    if (rule === undefined || !overlaps(rule.list)) return [];
    return [{ place, message: `varies the list of members, which are an axis themselves.` }];
  });
}

function axisKinds(schedule: Schedule, base: SearchBase, whole: Config): readonly Problem[] {
  const places = new Map(variedIn(whole).map(({ name, place }) => [name, place]));
  const axes = schedule.kind === "grid" ? valueListsOf(schedule) : {};
  return axisKindProblems(axes, base.config, (name) => places.get(name) ?? name);
}

function variedIn(schedule: Config): readonly VariedName[] {
  const { space } = schedule;
  return [...namesOfParts(schedule), ...(isConfig(space) ? namesIn(space, "space") : [])];
}

/** What is wrong with what the command line says about the schedule is no mistake of the file. */
function credited(
  problems: readonly Problem[],
  changes: ReadonlyMap<string, Excerpt>,
): readonly Problem[] {
  return problems.map((problem) => {
    const excerpt = changes.get(String(pathOfPlace(problem.place)[0]));
    if (excerpt === undefined || problem.origin !== undefined) return problem;
    return { ...problem, origin: { layer: "the command line" }, excerpt };
  });
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const id = ({ place, message, excerpt }: Problem) =>
    [place, message, excerpt?.text ?? ""].join("\0");
  return [...new Map(problems.map((one) => [id(one), one])).values()];
}
