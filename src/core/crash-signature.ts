/** What crashes have in common, and what a person needs to see of one. */
export type CrashSignature = {
  /** Equal for crashes of the same kind: without numbers, addresses, folders, times and values. */
  readonly key: string;
  /** The line that says what is wrong, as it was printed. */
  readonly title: string;
  /** The lines that say where, the most telling first; as they were printed. */
  readonly trace: readonly string[];
};

/** Longer texts and lines are cut before they are looked at: a program may print anything. */
const MAX_TEXT = 65_536;
const MAX_LINE = 500;
const MAX_TRACE = 12;
const PYTHON_TRACE = "Traceback (most recent call last):";
const ERROR_LINE = /^\s*(?:Uncaught )?[\w.$]*(?:Error|Exception|Interrupt|Exit|Warning)\b.*$/;
const WORDS_OF_FAILURE =
  /error|exception|fatal|fail|panic|abort|killed|cannot|denied|no such|not found|assert|segmentation|out of memory/i;

/**
 * The signature of a crash by its cause, as `describeCause` or the file CRASH has it: how it ended,
 * then a trace or the end of the program's output.
 */
export function crashSignature(cause: string): CrashSignature {
  const lines = cause
    .slice(-MAX_TEXT)
    .split(/\r\n|[\r\n]/)
    .map((line) => line.slice(0, MAX_LINE).trimEnd());
  const [end = ""] = lines;
  const found = pythonTrace(lines) ?? stackTrace(lines) ?? lastWords(lines);
  const title = found.title === "" ? end : found.title;
  const how = title === end ? [] : [end];
  const frames = found.frames.map((frame) => frame.trim());
  const key = [...how, title, ...frames].map(normalise).join("\n");
  return { key, title: title.trim(), trace: found.shown.slice(0, MAX_TRACE) };
}

type Found = {
  readonly title: string;
  /** Where it happened: part of the signature. */
  readonly frames: readonly string[];
  /** For people. */
  readonly shown: readonly string[];
};

/** The last traceback of Python: its files and functions, and the exception at its end. */
function pythonTrace(lines: readonly string[]): Found | undefined {
  const start = lines.lastIndexOf(
    lines.findLast((line) => line.trim() === PYTHON_TRACE) ?? PYTHON_TRACE,
  );
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1).filter((line) => line !== "");
  const end = rest.findIndex((line) => !/^\s/.test(line));
  const body = end < 0 ? rest : rest.slice(0, end);
  const frames = body.filter((line) => /^\s+File "/.test(line));
  const title = end < 0 ? "" : (rest[end] ?? "");
  return { title, frames, shown: [title, ...body.slice(-MAX_TRACE + 1)] };
}

/** A message with lines `    at …` below it, as JavaScript and Java print it. */
function stackTrace(lines: readonly string[]): Found | undefined {
  const first = lines.findIndex((line) => /^\s+at \S/.test(line));
  if (first < 1) return undefined;
  const end = lines.findIndex((line, index) => index > first && !/^\s+(?:at |\.\.\. )/.test(line));
  const frames = lines.slice(first, end < 0 ? undefined : end);
  const above = lines.slice(0, first);
  const title =
    above.findLast((line) => ERROR_LINE.test(line)) ??
    above.findLast((line) => line.trim() !== "") ??
    "";
  const own = frames.filter((line) => !/node:|node_modules/.test(line));
  return { title, frames: own.slice(0, 3), shown: [title, ...frames.slice(0, 5)] };
}

/** The last line that speaks of a failure, or else the last one. */
function lastWords(lines: readonly string[]): Found {
  const said = lines.filter((line) => line.trim() !== "");
  const output = said.slice(1);
  const telling = output.findLast((line) => WORDS_OF_FAILURE.test(line)) ?? output.at(-1);
  const next = output[output.lastIndexOf(telling ?? "") + 1];
  // `Cannot open:`, and below it what.
  const isBegun = telling?.endsWith(":") === true && next !== undefined;
  const title = isBegun ? `${telling} ${next.trim()}` : (telling ?? said[0] ?? "");
  return { title, frames: [], shown: output.slice(-5) };
}

/** A line without what differs between crashes of the same kind. */
export function normalise(line: string): string {
  return (
    line
      .slice(0, MAX_LINE)
      // A file keeps its name: two programs fail in two ways.
      .replace(/(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\w.@~+…-]*[/\\])+([\w.@~+-]*)/g, "…/$1")
      .replace(/(^|[^\w])(["'`])(?!…\/)[^"'`]{0,400}?\2(?!\w)/g, "$1<value>")
      .replace(
        /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
        "<time>",
      )
      .replace(/\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b/g, "<time>")
      .replace(/\b0x[0-9a-fA-F]+\b/g, "<address>")
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>")
      .replace(
        /(?<![\w.])(?!\d+e[-+]?\d*\b)(?=[0-9a-f-]*\d)(?=[0-9a-f-]*[a-f])[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b/gi,
        "<id>",
      )
      // The code that a program ends with tells kinds of failures apart.
      .replace(/(?<!exit code \d*)[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g, "<n>")
      .replace(/[-+]?\b(?:nan|inf|infinity)\b/gi, "<n>")
  );
}
