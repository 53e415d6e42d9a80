import { UserError } from "../../../errors.ts";
import type { ConfigValue } from "../../config/config.ts";
import { refusedName } from "../../config/names.ts";
import { formatExcerpt } from "../../config/origin.ts";
import { formatValue } from "../../config/overrides/format-override.ts";
import { OverrideError } from "../../config/overrides/override.ts";
import { parseValues } from "../../config/overrides/parse-values.ts";
import { nearest } from "../../config/problems.ts";
import { oneLine } from "../../printable.ts";

/** A parameter with the value that a flag gives it. */
export type GivenParameter = {
  /** Dotted name. */
  readonly path: string;
  readonly value: ConfigValue;
  /** Whether its type was written, too. */
  readonly isTyped: boolean;
};

/** As they may stand behind a value: `epochs=20,int`. */
export const PARAMETER_TYPES = ["int", "float", "str", "bool"] as const;
type ParameterType = (typeof PARAMETER_TYPES)[number];

const MAX_SHOWN = 200;

/**
 * What `name=value,type` says. Without a type the value is read as in YAML, and as in overrides.
 * @param flag - for messages
 * @throws UserError `usage`
 */
export function parseParameter(text: string, flag: string): GivenParameter {
  const equals = text.indexOf("=");
  if (equals < 1) {
    throw wrong(flag, text, "expected name=value or name=value,type", `--${flag} epochs=20,int`);
  }
  const path = text.slice(0, equals);
  const refusal = path.split(".").flatMap((name) => refusedName(name) ?? [])[0];
  if (refusal !== undefined) throw wrong(flag, text, refusal, `--${flag} optimizer.lr=0.1`);
  const comma = text.lastIndexOf(",");
  const last = text.slice(comma + 1).trim();
  const type = PARAMETER_TYPES.find((one) => comma > equals && one === last);
  if (type === undefined)
    return { path, value: parsePlain(text, equals + 1, flag), isTyped: false };
  const written = text.slice(equals + 1, comma);
  const value = typedValue(written, type);
  if (value !== undefined) return { path, value, isTyped: true };
  const example = `--${flag} ${path}=${EXAMPLES[type]},${type}`;
  throw wrong(flag, text, `expected ${EXPECTED[type]}, got ${JSON.stringify(written)}`, example);
}

/** As {@link parseParameter} reads it back, for names without "=". */
export function formatParameter({ path, value }: Pick<GivenParameter, "path" | "value">): string {
  return `${path}=${formatValue(value)}`;
}

const EXPECTED = {
  int: "a whole number",
  float: "a finite number",
  str: "a text",
  bool: "true or false",
} satisfies Record<ParameterType, string>;
const EXAMPLES = { int: "20", float: "1e-3", str: "adam", bool: "true" } satisfies Record<
  ParameterType,
  string
>;

const FLOAT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Undefined for what has not this type. A text is what stands there; for the others `None` is null. */
function typedValue(written: string, type: ParameterType): ConfigValue | undefined {
  if (type === "str") return written;
  const text = written.trim();
  if (text === "None" || text === "null") return null;
  if (type === "bool") {
    const word = text.toLowerCase();
    return word === "true" || word === "false" ? word === "true" : undefined;
  }
  // The sign of a zero is no information, and JSON drops it.
  const number = Number(text) + 0;
  if (type === "int")
    return /^[-+]?\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
  return FLOAT.test(text) && Number.isFinite(number) ? number : undefined;
}

function parsePlain(text: string, start: number, flag: string): ConfigValue {
  const values = readValues(text, start, flag);
  const [value = null] = values;
  if (values.length > 1) {
    const last = text.slice(text.lastIndexOf(",") + 1);
    const near = nearest(last, PARAMETER_TYPES);
    const remedy =
      near === undefined
        ? `A list is written as [${text.slice(start)}], a text with a comma in quotes.`
        : `Did you mean the type ${near}?`;
    const expected = `expected one value, and one of ${PARAMETER_TYPES.join(", ")} behind its comma. ${remedy}`;
    throw wrong(flag, text, expected, `--${flag} epochs=20,int`);
  }
  if (JSON.stringify(value).includes("$<|")) {
    const expected = "$<|…|> is computed when a search is prepared, and not by copying it";
    throw wrong(flag, text, expected, `--${flag} data=data-N50.h5`);
  }
  return value;
}

function readValues(text: string, start: number, flag: string): readonly ConfigValue[] {
  try {
    return parseValues(text, start);
  } catch (error) {
    if (!(error instanceof OverrideError)) throw error;
    const { at, end } = error.span;
    const lines = formatExcerpt({ text, at, end }).map((line) => `  ${line}`);
    throw new UserError(
      "usage",
      [`--${flag}: ${error.message}`, ...lines].join("\n"),
      error.remedy,
    );
  }
}

function wrong(flag: string, text: string, what: string, example: string): UserError {
  const shown = JSON.stringify(oneLine(text, MAX_SHOWN));
  return new UserError(
    "usage",
    `--${flag} ${shown}: ${what}${/[.?]$/.test(what) ? "" : "."}`,
    `For example ${example}`,
  );
}
