import type { Span } from "../../expression/expression-error.ts";
import { OverrideError } from "./override.ts";

const DECIMAL = String.raw`([-+]?\d{1,15}(?:\.\d{1,12})?)`;
const RANGE = new RegExp(String.raw`^${DECIMAL}\.\.${DECIMAL}(?:\.\.${DECIMAL})?$`);
const MAX_VALUES = 10_000;

/**
 * The numbers of `1..5`, `0..1..0.25`, `5..1`: both ends included, in steps of 1 or of what stands
 * behind. The steps are decimal ones, so 0.3 is 0.3.
 * @returns undefined if the text is no range
 * @throws OverrideError if the range has no end, no step or too many values
 */
export function parseRange(text: string, span: Span): readonly number[] | undefined {
  const found = RANGE.exec(text);
  if (found === null) return undefined;
  const [, from = "", to = "", by] = found;
  const texts = by === undefined ? [from, to] : [from, to, by];
  const digits = Math.max(...texts.map((one) => one.split(".")[1]?.length ?? 0));
  const scale = 10 ** digits;
  const [start = 0, stop = 0, given] = texts.map((one) => Math.round(Number(one) * scale));
  if (given === undefined && digits > 0) {
    const remedy = `Write ${text}..0.1, for example.`;
    throw new OverrideError("A range between fractions needs a step.", span, remedy);
  }
  const step = given ?? (stop < start ? -1 : 1);
  if (step === 0 || (stop - start) / step < 0) {
    const remedy = step === 0 ? "" : `Write ${from}..${to}..${-step / scale}.`;
    throw new OverrideError(`Steps of ${by ?? ""} never get from ${from} to ${to}.`, span, remedy);
  }
  const count = Math.floor((stop - start) / step) + 1;
  if (count > MAX_VALUES) {
    throw new OverrideError(`It has ${count} values; the most are ${MAX_VALUES}.`, span);
  }
  return Array.from({ length: count }, (_, index) => (start + index * step) / scale + 0);
}
