import { fractionFrom, seededGenerator } from "../../seeded-generator.ts";
import { haltonCoordinate, haltonDimension, scrambledHaltonDimension } from "./halton.ts";
import { latinStrata } from "./latin-hypercube.ts";
import {
  MAX_SOBOL_DIMENSIONS,
  scrambledSobolDimension,
  sobolCoordinate,
  sobolDimension,
} from "./sobol.ts";

/** How the experiments of a random search lie among all that there could be. */
export const DESIGNS = ["random", "latinHypercube", "sobol", "halton"] as const;
export type Design = (typeof DESIGNS)[number];

/** Parameters that a Sobol or Halton sequence can have. */
export const MAX_DIMENSIONS = MAX_SOBOL_DIMENSIONS;

/** A design with all that its points depend on. */
export type DesignFacts = {
  readonly design: Design;
  /** Sobol and Halton: whether the published sequence is mixed at random, by the seed. */
  readonly scramble: boolean;
  readonly samplerSeed: number;
  /** Sobol and Halton: the parameters in the order of the sequence's coordinates. */
  readonly dimensions: readonly string[];
  /** Latin hypercube: its first point; further ones of the same size follow. */
  readonly first: number;
  /** Latin hypercube: points that fill each stratum once. */
  readonly size: number;
};

/** The coordinate in [0, 1) that a parameter has in the point at `index`, from 0. */
export type Coordinate = (index: number, name: string) => number;

/** The points of a design. The same facts give the same points on every machine. */
export function coordinatesOf(facts: DesignFacts): Coordinate {
  const { design, samplerSeed, dimensions, scramble } = facts;
  switch (design) {
    case "random":
      return (index, name) => fractionFrom(seededGenerator(samplerSeed, index, name));
    case "latinHypercube":
      return latinCoordinates(facts);
    case "sobol": {
      const each = byName(dimensions, (dimension) =>
        scramble ? scrambledSobolDimension(dimension, samplerSeed) : sobolDimension(dimension),
      );
      return (index, name) => sobolCoordinate(each(name), index);
    }
    case "halton": {
      const each = byName(dimensions, (dimension) =>
        scramble ? scrambledHaltonDimension(dimension, samplerSeed) : haltonDimension(dimension),
      );
      return (index, name) => haltonCoordinate(each(name), index);
    }
  }
}

/**
 * The parameters in the order of a sequence's coordinates, whatever the order of the author's: those
 * that have coordinates keep them, new ones get the next.
 */
export function dimensionOrder(
  names: readonly string[],
  before: readonly string[] = [],
): readonly string[] {
  return [...before, ...names.filter((name) => !before.includes(name)).sort()];
}

function byName<Dimension>(
  names: readonly string[],
  make: (dimension: number) => Dimension,
): (name: string) => Dimension {
  const made = new Map(names.map((name, dimension) => [name, make(dimension)]));
  return (name) => {
    const dimension = made.get(name);
    if (dimension === undefined) throw new RangeError(`${name} is no coordinate of the design.`);
    return dimension;
  };
}

/** One Latin hypercube behind the other; of each parameter only the newest is kept. */
function latinCoordinates({ samplerSeed, first, size }: DesignFacts): Coordinate {
  const current = new Map<string, { readonly start: number; readonly strata: Uint32Array }>();
  const strataAt = (start: number, name: string): Uint32Array => {
    const known = current.get(name);
    if (known?.start === start) return known.strata;
    const strata = latinStrata(samplerSeed, name, start, size);
    current.set(name, { start, strata });
    return strata;
  };
  return (index, name) => {
    const place = (index - first) % size;
    const stratum = strataAt(index - place, name)[place] ?? Number.NaN;
    return (stratum + fractionFrom(seededGenerator(samplerSeed, index, name))) / size;
  };
}
