import { type Config, type ConfigValue, isConfig } from "./config.ts";

const MAX_DEPTH = 32;

/**
 * Any parsed value as a configuration: NaN and infinities become texts, and what nests too deeply, a
 * value that holds itself too, is left out.
 * @returns undefined if it is no object
 */
export function plainConfig(value: unknown): Config | undefined {
  const plain = plainValue(value, 0);
  return plain !== undefined && isConfig(plain) ? plain : undefined;
}

function plainValue(value: unknown, depth: number): ConfigValue | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth + 1) ?? null);
  const entries = Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
    const plain = plainValue(item, depth + 1);
    return plain === undefined ? [] : [[name, plain] as const];
  });
  return Object.fromEntries(entries);
}
