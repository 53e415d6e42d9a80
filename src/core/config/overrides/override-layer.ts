import type { Config, ConfigValue } from "../config.ts";
import type { Layer } from "../layers/layer.ts";
import type { Override } from "./override.ts";
import type { WrittenOverride } from "./parse-override.ts";

export type CommandLine = {
  /** What the overrides do; of several values the first. Unknown keys are refused. */
  readonly layer: Layer;
  /** The overrides with several values, by their dotted paths: a product. */
  readonly variations: Readonly<Record<string, readonly ConfigValue[]>>;
};

/** What the overrides of a command line do to a configuration. Objects are replaced as a whole. */
export function commandLine(written: readonly WrittenOverride[]): CommandLine {
  const entries = written.map(({ override, key }) => [keyOf(override), override, key] as const);
  const excerpts = new Map(entries.map(([key, , excerpt]) => [key, excerpt]));
  const values: Config = Object.fromEntries(
    entries.map(([key, override]) => [key, valueOf(override)] as const),
  );
  const several = written.flatMap(({ override }) =>
    override.kind === "set" && override.values.length > 1
      ? [[override.path.join("."), override.values] as const]
      : [],
  );
  const placeOf: Layer["placeOf"] = ([key]) => {
    const excerpt = typeof key === "string" ? excerpts.get(key) : undefined;
    return excerpt === undefined ? undefined : { excerpt };
  };
  const layer = { name: "the command line", values, mayAdd: false, placeOf };
  return { layer, variations: Object.fromEntries(several) };
}

/** The key of a layer that says the same. */
function keyOf(override: Override): string {
  const path = override.path.join(".");
  switch (override.kind) {
    case "remove":
      return `~${path}`;
    case "append":
      return `${path}+`;
    case "set":
      return override.isNew ? `+=${path}` : `=${path}`;
  }
}

function valueOf(override: Override): ConfigValue {
  switch (override.kind) {
    case "remove":
      return null;
    case "append":
      return override.items;
    case "set":
      return override.values[0] ?? null;
  }
}
