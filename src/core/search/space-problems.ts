import { type Config, isConfig } from "../config/config.ts";
import { mismatch, type Problem, suggestion, within } from "../config/problems.ts";
import { circleProblems, conditionProblems, vainProblems } from "./condition-problems.ts";
import { DESIGNS, MAX_DIMENSIONS } from "./designs/design.ts";
import { distributionProblems } from "./distribution-problems.ts";
import type { Space } from "./distributions.ts";
import { countValues, valuesOf } from "./quantile.ts";
import { countSpace } from "./sampling.ts";
import { namesIn, variedProblems } from "./varied-problems.ts";

/** Values that a condition's parameter may have at most, to be looked up. */
const MAX_ASKED = 100_000;

/** Whatever keeps a random schedule's own keys from being drawn from. */
export function randomProblems(schedule: Config): readonly Problem[] {
  const { space, defaults, nExperiments } = schedule;
  const problems: Problem[] = [];
  const isCount = Number.isSafeInteger(nExperiments) && Number(nExperiments) > 0;
  if (!isCount) problems.push(mismatch("nExperiments", "a whole number above 0", nExperiments));
  if (!isConfig(space)) return [...problems, mismatch("space", "an object", space)];
  problems.push(...designProblems(schedule, space));
  problems.push(...variedProblems(namesIn(space, "space"), defaults));
  const wrong = Object.entries(space).flatMap(([name, one]) =>
    distributionProblems(one, within("space", name)),
  );
  if (wrong.length > 0 || !isConfig(defaults)) return [...problems, ...wrong];
  // Every distribution was just checked.
  const checked = space as unknown as Space;
  problems.push(...whenProblems(checked, defaults));
  if (problems.length > 0 || !isCount) return problems;
  const size = countSpace({ space: checked, defaults });
  if (size >= Number(nExperiments)) return [];
  const expected = `at most ${size}, the number of different experiments in the space`;
  return [mismatch("nExperiments", expected, nExperiments)];
}

function designProblems({ design, scramble }: Config, space: Config): readonly Problem[] {
  if (design !== undefined && !DESIGNS.some((one) => one === design)) {
    const near = typeof design === "string" ? suggestion(design, DESIGNS).trim() : "";
    return [mismatch("design", `one of ${DESIGNS.join(", ")}`, design, near)];
  }
  const isSequence = design === "sobol" || design === "halton";
  const problems: Problem[] = [];
  if (scramble !== undefined && typeof scramble !== "boolean") {
    problems.push(mismatch("scramble", "true or false", scramble));
  } else if (scramble !== undefined && !isSequence) {
    const message = 'is for design: "sobol" and "halton". Leave it out.';
    problems.push({ place: "scramble", message });
  }
  const count = Object.keys(space).length;
  if (isSequence && count > MAX_DIMENSIONS) {
    const remedy = 'design: "latinHypercube" has no such bound.';
    problems.push(mismatch("space", `at most ${MAX_DIMENSIONS} parameters`, count, remedy));
  }
  return problems;
}

function whenProblems(space: Space, defaults: Config): readonly Problem[] {
  const conditional = Object.entries(space).flatMap(([name, { when }]) =>
    when === undefined ? [] : [{ name, when, place: within(within("space", name), "when") }],
  );
  const malformed = conditional.flatMap(({ when, place }) => conditionProblems(when, place));
  if (malformed.length > 0) return malformed;
  const taken = (name: string) => {
    const one = space[name];
    return one === undefined || countValues(one) > MAX_ASKED ? undefined : valuesOf(one);
  };
  const scope = { varied: Object.keys(space), defaults, taken };
  const circles = circleProblems(
    new Map(conditional.map(({ name, when, place }) => [name, { place, asks: Object.keys(when) }])),
  );
  return [
    ...circles,
    ...conditional.flatMap(({ when, place }) => vainProblems(when, place, scope)),
  ];
}
