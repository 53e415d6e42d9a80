import type { Path } from "../../expression/syntax.ts";
import { type Config, type ConfigValue, isConfig } from "../config.ts";
import type { LateValue } from "./order.ts";
import { isTemplate } from "./template.ts";

/** A text in a configuration that has expressions in it. */
export type LateText = {
  readonly path: Path;
  readonly text: string;
  /** Puts a value in its place. */
  readonly put: (value: ConfigValue) => void;
};

export type LateSlot = LateText & LateValue;

/**
 * A copy of a configuration, and the late values in it. Putting a value changes the copy; objects and
 * lists without late values are shared.
 */
export function templatesIn(config: Config): {
  readonly copy: Config;
  readonly texts: readonly LateText[];
} {
  const texts: LateText[] = [];
  return { copy: copyObject(config, [], texts), texts };
}

function copyValue(
  value: ConfigValue,
  path: Path,
  texts: LateText[],
  put: (value: ConfigValue) => void,
): ConfigValue {
  if (typeof value === "string") {
    if (isTemplate(value)) texts.push({ path, text: value, put });
    return value;
  }
  if (typeof value !== "object" || value === null || !hasTemplate(value)) return value;
  return isConfig(value) ? copyObject(value, path, texts) : copyList(value, path, texts);
}

function copyObject(object: Config, path: Path, texts: LateText[]): Config {
  const copy: Record<string, ConfigValue> = { ...object };
  for (const key of Object.keys(copy)) {
    const put = (value: ConfigValue) => {
      // The copy has every key as its own; to assign this one would change the prototype all the same.
      if (key === "__proto__") Object.defineProperty(copy, key, { value });
      else copy[key] = value;
    };
    const value = copy[key] ?? null;
    const copied = copyValue(value, [...path, key], texts, put);
    if (copied !== value) put(copied);
  }
  return copy;
}

function copyList(list: readonly ConfigValue[], path: Path, texts: LateText[]): ConfigValue {
  const copy = [...list];
  for (const [index, value] of list.entries()) {
    const put = (filled: ConfigValue) => {
      copy[index] = filled;
    };
    put(copyValue(value, [...path, index], texts, put));
  }
  return copy;
}

function hasTemplate(value: ConfigValue): boolean {
  if (typeof value === "string") return isTemplate(value);
  if (typeof value !== "object" || value === null) return false;
  const parts: readonly ConfigValue[] = isConfig(value) ? Object.values(value) : value;
  return parts.some(hasTemplate);
}
