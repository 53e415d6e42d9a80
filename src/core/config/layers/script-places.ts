import type { Path } from "../../expression/syntax.ts";
import type { Place } from "./layer.ts";

/**
 * Where the keys of a script are written, as far as its text alone tells: the only key of that name
 * within the braces of the only key above it. Of others, where the key above stands.
 */
export function scriptPlaces(text: string): (path: Path) => Place | undefined {
  const code = withoutComments(text);
  return (path) => {
    let [from, to] = [0, code.length];
    let found: number | undefined;
    for (const part of path) {
      const key = typeof part === "string" ? onlyKey(code, part, from, to) : undefined;
      if (key === undefined) break;
      found = key.at;
      const open = /^\s*\{/.exec(code.slice(key.end, to));
      if (open === null) break;
      from = key.end + open[0].length;
      to = closingBrace(code, from, to);
    }
    return found === undefined ? undefined : { line: lineOf(text, found) };
  };
}

/** A key, with or without quotes, if it is the only one of its name between two places. */
function onlyKey(
  code: string,
  name: string,
  from: number,
  to: number,
): { readonly at: number; readonly end: number } | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(String.raw`(?<=[{,\s])(["']?)${escaped}\1\s*:`, "g");
  const [first, ...others] = [...code.slice(from, to).matchAll(pattern)];
  if (first === undefined || others.length > 0) return undefined;
  const at = from + first.index;
  return { at, end: at + first[0].length };
}

/** The brace that closes the one before `from`; texts may hold braces. */
function closingBrace(code: string, from: number, to: number): number {
  let depth = 1;
  for (const { 0: found, index } of code.slice(from, to).matchAll(TOKEN)) {
    if (found === "{") depth += 1;
    if (found === "}") depth -= 1;
    if (depth === 0) return from + index;
  }
  return to;
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[{}]/g;
const COMMENT =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** With blanks in place of comments: everything else stays where it is. */
function withoutComments(text: string): string {
  return text.replace(COMMENT, (found) =>
    found.startsWith("/") ? found.replace(/[^\n]/g, " ") : found,
  );
}

const lineOf = (text: string, at: number) => text.slice(0, at).split("\n").length;
