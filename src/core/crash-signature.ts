import { type Cause, describeCause } from "./run-record.ts";

/** What differs between two crashes of the same kind, and what stands for it. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*/g, "<time>"],
  [/0x[0-9a-f]+/gi, "<address>"],
  // Bounded: a crash may have printed anything.
  [/"[^"\n]{0,300}"|'[^'\n]{0,300}'|`[^`\n]{0,300}`/g, "<text>"],
  [/(?:\/[\w.@+-]+){2,}/g, "<path>"],
  [/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi, "<number>"],
];

/** A line in which a program says what went wrong. */
const TELLING = /error|exception|panic|fatal|abort/i;

/**
 * What crashes of the same kind have in common: what was said of the cause, without numbers,
 * addresses, paths, times and quoted values.
 */
export function crashSignature(cause: Cause): string {
  const said = "output" in cause ? tellingLine(cause.output) : describeCause(cause);
  const how = "code" in cause ? `exit code ${cause.code}` : "signal" in cause ? cause.signal : "";
  const text = VARIABLE.reduce((rest, [pattern, name]) => rest.replace(pattern, name), said);
  return [cause.kind, how, text].filter((part) => part !== "").join(": ");
}

/** The last line of an output that names an error, or its last line. */
function tellingLine(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => TELLING.test(line)) ?? lines.at(-1) ?? "";
}
