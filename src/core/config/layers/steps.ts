import type { Path } from "../../expression/syntax.ts";
import type { Change, Step } from "./change.ts";

/** What was done last to the value at a path, or to the nearest one that it is part of. */
export function lastStepAt(change: Change, path: Path): Step | undefined {
  let found: Step | undefined;
  for (const part of way(change, path)) found = part.steps.at(-1) ?? found;
  return found;
}

/** What took out the value at a path, if it was taken out, alone or with what it was part of. */
export function removalAt(change: Change, path: Path): Step | undefined {
  const removed = way(change, path).find(({ kind }) => kind === "remove");
  return removed?.steps.at(-1);
}

/** Everything that was done to the value at a path, the first thing first. */
export function stepsAt(change: Change, path: Path): readonly Step[] {
  const found = way(change, path);
  return found.length === path.length + 1 ? (found.at(-1)?.steps ?? []) : [];
}

/** The change of the whole, of its part, and so on along a path as far as it goes. */
function way(change: Change, path: Path): readonly Change[] {
  const found: Change[] = [change];
  let here: Change = change;
  for (const part of path) {
    const next: Change | undefined =
      here.kind === "object" ? here.parts.get(String(part)) : undefined;
    if (next === undefined) break;
    found.push(next);
    here = next;
  }
  return found;
}
