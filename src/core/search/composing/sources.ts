import { type Config, type ConfigValue, isConfig } from "../../config/config.ts";
import { isTemplate } from "../../config/late/template.ts";
import type { Layer, Place } from "../../config/layers/layer.ts";
import { chainOf, type Registry } from "../../config/layers/registry.ts";
import type { Problem } from "../../config/problems.ts";
import type { Path } from "../../expression/syntax.ts";
import type { CompositionPart } from "./composition-keys.ts";
import type { SearchSources } from "./search-composer.ts";

/** A schedule as its author wrote it, and where. */
export type ScheduleSource = {
  readonly value: unknown;
  /** As messages show it. */
  readonly file: string;
  readonly placeOf: (path: Path) => Place | undefined;
};

/**
 * What a schedule's configurations are put together from. Its composition and its defaults have been
 * checked.
 * @param above - the machine's layer and the command line's
 */
export function sourcesOf(
  authored: Config,
  { file, placeOf }: Omit<ScheduleSource, "value">,
  registry: Registry,
  above: readonly Layer[],
): { readonly sources: SearchSources; readonly problems: readonly Problem[] } {
  // Every key was checked.
  const part = authored as unknown as CompositionPart;
  const own = (key: string, name: string, mayAdd: boolean): readonly Layer[] => {
    const values = authored[key];
    if (!isConfig(values)) return [];
    return [{ name, values, mayAdd, file, placeOf: (path) => placeOf([key, ...path]) }];
  };
  const defaults = own("defaults", "the defaults", true);
  const parents = part.extends ?? [];
  const { layers, problems } = chainOf(typeof parents === "string" ? [parents] : parents, registry);
  // Without defaults, the first that there is says which keys there are.
  const mayAdd = defaults.length === 0;
  const below = [
    ...defaults,
    ...layers.map((layer) => ({ ...layer, mayAdd })),
    ...own("config", "the schedule", mayAdd && layers.length === 0),
  ];
  const { derived = {}, members, extraConfigs } = part;
  const extras = extraConfigs !== undefined && { extras: { key: extraConfigs, registry } };
  return {
    sources: { below, above, derived, members, ...extras },
    // Of what nobody extends it is not known who named it: that was the schedule.
    problems: problems.map((one) => (one.place === "" ? { ...one, place: "extends" } : one)),
  };
}

/** Whether experiments have values that depend on others, so that each has to be looked at. */
export function isLate(
  { extras, members, derived }: SearchSources,
  base: Config,
  { variations, zip, overrides, blocks, space }: Config,
): boolean {
  if (extras !== undefined || members !== undefined) return true;
  if (Object.keys(derived).length > 0) return true;
  return [base, variations, zip, overrides, blocks, space].some((one) => hasTemplate(one ?? null));
}

function hasTemplate(value: ConfigValue): boolean {
  if (typeof value === "string") return isTemplate(value);
  // Functions that exclude are among the values.
  if (typeof value !== "object" || value === null) return false;
  const parts: readonly ConfigValue[] = isConfig(value) ? Object.values(value) : value;
  return parts.some(hasTemplate);
}
