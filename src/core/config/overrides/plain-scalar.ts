import type { Span } from "../../expression/expression-error.ts";
import { OverrideError } from "./override.ts";

const NULL = /^(?:null|Null|NULL|~|)$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * What an unquoted text means in YAML: `1e-3` is a number, `true` is true, `adam` is a text.
 * @throws OverrideError for numbers that JSON has not, or that a number cannot hold exactly
 * @see YAML 1.2.2, section 10.3.2, "Tag Resolution" of the core schema
 */
export function resolvePlain(text: string, span: Span): string | number | boolean | null {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  const remedy = `Write ${JSON.stringify(text)} in quotes if a text is meant.`;
  if (INTEGER.test(text)) {
    const value = integerOf(text);
    if (Number.isSafeInteger(value)) return value + 0;
    throw new OverrideError("A number cannot hold so many digits exactly.", span, remedy);
  }
  if (FLOAT.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return value + 0;
    throw new OverrideError("It is larger than any number.", span, remedy);
  }
  if (NOT_FINITE.test(text)) {
    throw new OverrideError("A configuration holds finite numbers only.", span, remedy);
  }
  return text;
}

function integerOf(text: string): number {
  if (text.startsWith("0o")) return Number.parseInt(text.slice(2), 8);
  if (text.startsWith("0x")) return Number.parseInt(text.slice(2), 16);
  return Number(text);
}
