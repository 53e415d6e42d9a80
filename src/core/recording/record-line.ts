/** What one line of a recorder's file says. */
export type RecordLine =
  /** Metrics by name; {@link numberOf} reads a value. */
  | { readonly kind: "row"; readonly values: Readonly<Record<string, unknown>> }
  /** `{"$resume":{"epoch":51}}`: rows before this line whose `key` is ≥ `from` are superseded. */
  | { readonly kind: "resume"; readonly key: string; readonly from: number }
  | { readonly kind: "blank" }
  | { readonly kind: "damaged" };

const RESUME = "$resume";
const DONE = "$done";
const BLANK: RecordLine = { kind: "blank" };
const DAMAGED: RecordLine = { kind: "damaged" };

/** A row as a line without its newline: JSON, but for the bare words NaN, Infinity and -Infinity, which Python's `json` writes too. */
export function formatRow(values: Readonly<Record<string, number>>): string {
  let members = "";
  for (const key of Object.keys(values)) {
    const separator = members === "" ? "" : ",";
    members += `${separator}${JSON.stringify(key)}:${formatNumber(values[key] ?? Number.NaN)}`;
  }
  return `{${members}}`;
}

/** A resume line without its newline. */
export function formatResume(key: string, from: number): string {
  return `{${JSON.stringify(RESUME)}:{${JSON.stringify(key)}:${formatNumber(from)}}}`;
}

/** Whether a line is `{"$done":true}`, by which a program says that its run is finished. */
export function isDoneLine(line: string): boolean {
  const value = parseJson(line);
  return isObject(value) && isDone(value);
}

/** A metric may have this name, too: it is a number. */
const isDone = (value: Readonly<Record<string, unknown>>) =>
  value[DONE] === true && Object.keys(value).length === 1;

/** Inverse of {@link formatRow} and {@link formatResume}; never throws. */
export function parseRecordLine(line: string): RecordLine {
  const value = parseJson(line);
  if (value === undefined) return line.trim() === "" ? BLANK : DAMAGED;
  if (!isObject(value)) return DAMAGED;
  if (isDone(value)) return BLANK;
  // A metric may have this name too: only with an object in it is the line a special one.
  const resume = value[RESUME];
  return isObject(resume) ? parseResume(resume) : { kind: "row", values: value };
}

/**
 * The number that a row's value is, undefined if it is none. The three words count as numbers
 * however they are written: bare, as Python does, or as strings, as others do.
 */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  return value === "-Infinity" ? Number.NEGATIVE_INFINITY : undefined;
}

function parseResume(resume: Readonly<Record<string, unknown>>): RecordLine {
  const [entry, ...others] = Object.entries(resume);
  if (entry === undefined || others.length > 0) return DAMAGED;
  const [key, from] = entry;
  return typeof from === "number" ? { kind: "resume", key, from } : DAMAGED;
}

function formatNumber(value: number): string {
  // String(-0) is "0"; NaN and the infinities come out as Python's words.
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The value of a JSON text in which numbers may be bare words; undefined if it is none. */
function parseJson(text: string): unknown {
  // Looked for first, because a failed JSON.parse costs ten times a successful one.
  const hasWords = text.includes("NaN") || text.includes("Infinity");
  try {
    return JSON.parse(hasWords ? quoteWords(text) : text);
  } catch {
    return undefined;
  }
}

/**
 * The text with bare NaN, Infinity and -Infinity in quotes. Strings are stepped over, each in one
 * match that cannot fail, so the time is linear for any text.
 */
function quoteWords(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^]?)*(?:"|$)|-?Infinity|NaN/g, (match) =>
    match.startsWith('"') ? match : `"${match}"`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
