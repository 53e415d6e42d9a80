import type { Path } from "../expression/syntax.ts";
import type { Place } from "./layers/layer.ts";
import type { Problem } from "./problems.ts";

const PART = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_$][\w$]*)/y;

/** The keys of a place, as `within` builds it; as far as they can be read. */
export function pathOfPlace(place: string): Path {
  const path: (string | number)[] = [];
  PART.lastIndex = 0;
  for (let found = PART.exec(place); found !== null; found = PART.exec(place)) {
    const [, index, quoted, name = ""] = found;
    if (index !== undefined) path.push(Number(index));
    // The pattern is that of a JSON text.
    else path.push(quoted === undefined ? name : readQuoted(quoted));
  }
  return path;
}

/** The same problems, with the file and line of those whose place is written somewhere. */
export function withPlaces(
  problems: readonly Problem[],
  file: string,
  placeOf: (path: Path) => Place | undefined,
): readonly Problem[] {
  return problems.map((problem) => {
    if (problem.origin !== undefined || problem.excerpt !== undefined) return problem;
    const place = placeOf(pathOfPlace(problem.place));
    return place?.line === undefined
      ? problem
      : { ...problem, origin: { layer: file, file, line: place.line } };
  });
}

function readQuoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    // An escape that JSON does not know: no key has it.
    return text;
  }
}
