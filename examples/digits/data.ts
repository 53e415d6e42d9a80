import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { createRandom, permutation } from "./random.ts";

/** Pictures with their classes, row by row. */
export type Examples = {
  /** Shape `[rows, pixels]`, in [0, 1]. */
  readonly pixels: Float64Array;
  /** Shape `[rows]`. */
  readonly labels: Uint8Array;
};

export const PIXELS = 64;
export const CLASSES = 10;
const LARGEST_PIXEL = 16;
const TEST_SHARE = 0.2;
/** The split belongs to the task, not to the run: every seed is tested on the same pictures. */
const SPLIT_SEED = 20;

type Picture = { readonly pixels: readonly number[]; readonly label: number };

/**
 * The digits, four fifths of each class to train on and one fifth to test.
 * @param path - a gzipped CSV file: 64 pixels (0 to 16), then the class, in each line
 * @throws Error if a line does not hold that; the system's error if the file cannot be read
 */
export function readDigits(path: string): { readonly train: Examples; readonly test: Examples } {
  const pictures = parsePictures(gunzipSync(readFileSync(path)).toString("utf8"), path);
  const random = createRandom(SPLIT_SEED);
  const train: Picture[] = [];
  const test: Picture[] = [];
  for (let label = 0; label < CLASSES; label++) {
    const ofClass = pictures.filter((picture) => picture.label === label);
    const tested = Math.round(TEST_SHARE * ofClass.length);
    permutation(ofClass.length, random).forEach((index, place) => {
      (place < tested ? test : train).push(...ofClass.slice(index, index + 1));
    });
  }
  return { train: toExamples(train), test: toExamples(test) };
}

function parsePictures(text: string, path: string): readonly Picture[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line, index) => {
    const numbers = line.split(",").map(Number);
    const pixels = numbers.slice(0, PIXELS);
    const label = numbers[PIXELS] ?? Number.NaN;
    const isWhole =
      numbers.length === PIXELS + 1 &&
      pixels.every((pixel) => pixel >= 0 && pixel <= LARGEST_PIXEL) &&
      Number.isInteger(label) &&
      label >= 0 &&
      label < CLASSES;
    if (!isWhole) {
      throw new Error(
        `${path}:${index + 1}: expected ${PIXELS} pixels (0 to ${LARGEST_PIXEL}) and a class (0 to ${CLASSES - 1}), got ${JSON.stringify(line)}.`,
      );
    }
    return { pixels, label };
  });
}

function toExamples(pictures: readonly Picture[]): Examples {
  const scaled = pictures.flatMap(({ pixels }) => pixels.map((pixel) => pixel / LARGEST_PIXEL));
  return {
    pixels: Float64Array.from(scaled),
    labels: Uint8Array.from(pictures, ({ label }) => label),
  };
}
