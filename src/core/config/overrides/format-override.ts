import type { ConfigValue } from "../config.ts";
import { type Override, OverrideError } from "./override.ts";
import { resolvePlain } from "./plain-scalar.ts";
import { parseRange } from "./range.ts";

const BARE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_@%#-]*$/u;
/** Texts that need no quotes in an override, unless they would be numbers or the like. */
const BARE_TEXT = /^[\p{L}\p{N}_/@%.+-](?:[\p{L}\p{N}_/@%.:+# -]*[\p{L}\p{N}_/@%.:+#-])?$/u;
const SHELL_SAFE = /^[\w@%+=:,./-]+$/;

/** An override as `parseOverride` reads it back. */
export function formatOverride(override: Override): string {
  const path = override.path.map(formatName).join(".");
  switch (override.kind) {
    case "remove":
      return `~${path}`;
    case "append":
      return `${path}+=${jsonOf(override.items)}`;
    case "set":
      return `${override.isNew ? "+" : ""}${path}=${override.values.map(formatValue).join(",")}`;
  }
}

/** A value as an override, or YAML, writes it: texts without quotes where they stay texts. */
export function formatValue(value: ConfigValue): string {
  return typeof value === "string" && isPlain(value) ? value : jsonOf(value);
}

/** JSON in which whole numbers too large to be exact have an exponent: as digits they are refused. */
function jsonOf(value: ConfigValue): string {
  return JSON.stringify(value).replace(JSON_TOKEN, (found) =>
    /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found))
      ? Number(found).toExponential()
      : found,
  );
}

const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[-+.\deE]+/g;

/** A text as one word of a shell's command line: in single quotes if it needs any. */
export function shellWord(text: string): string {
  return SHELL_SAFE.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function isPlain(text: string): boolean {
  if (!BARE_TEXT.test(text)) return false;
  const span = { at: 0, end: 0 };
  try {
    return resolvePlain(text, span) === text && parseRange(text, span) === undefined;
  } catch (error) {
    if (error instanceof OverrideError) return false;
    throw error;
  }
}

function formatName(name: string): string {
  if (BARE_NAME.test(name)) return name;
  return name.includes('"') ? `'${name.replaceAll("'", "''")}'` : `"${name}"`;
}
