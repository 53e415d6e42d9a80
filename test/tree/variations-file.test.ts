import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { choice, logUniform } from "../../src/core/search/distributions.ts";
import { UserError } from "../../src/errors.ts";
import {
  formatVariations,
  readVariations,
  type VariationsFile,
} from "../../src/tree/variations-file.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const RANDOM: VariationsFile = {
  schemaVersion: 1,
  kind: "random",
  samplerSeed: 42,
  nDrawn: 3,
  space: { lr: logUniform(1e-4, 1), "optimizer.name": choice(["sgd", "adam"]) },
  experiments: [
    { experiment: 1, values: { lr: 0.1, "optimizer.name": "sgd" } },
    { experiment: 2, values: { lr: 0.2, "optimizer.name": "adam" } },
  ],
};
const FILES: readonly VariationsFile[] = [
  RANDOM,
  { ...RANDOM, experiments: [] },
  { schemaVersion: 1, kind: "grid", variations: { lr: [0.1, 1], layers: [[8], [8, 8]] } },
  { schemaVersion: 1, kind: "grid", variations: {} },
];

describe("readVariations", () => {
  it(
    "refuses what is nested too deep to be written again, and takes keys with any names",
    withTempDirectory((storage) => {
      const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
      const path = join(storage, "variations.json");
      writeFileSync(path, `{"schemaVersion":1,"kind":"grid","variations":{"a":${deep}}}`);
      expect(() => readVariations(storage, testHost())).to.throw(UserError, "32 levels");
      const text = '{"schemaVersion":1,"kind":"grid","variations":{},"valueOf":[1],"toString":2}';
      writeFileSync(path, text);
      const file = readVariations(storage, testHost());
      expect(JSON.parse(formatVariations(file))).to.deep.equal(JSON.parse(text));
      return Promise.resolve();
    }),
  );

  it(
    "reads back what formatVariations writes",
    withTempDirectory(async (storage) => {
      for (const file of FILES) {
        writeFileSync(join(storage, "variations.json"), formatVariations(file));
        expect(readVariations(storage, testHost())).to.deep.equal(file);
      }
      await Promise.resolve();
    }),
  );

  it(
    "refuses a file that is missing or says something else",
    withTempDirectory(async (storage) => {
      expect(() => readVariations(storage, testHost())).to.throw(UserError);
      for (const value of [[], { ...RANDOM, nDrawn: "3" }, { ...RANDOM, kind: "sobol" }]) {
        writeFileSync(join(storage, "variations.json"), JSON.stringify(value));
        expect(() => readVariations(storage, testHost())).to.throw(UserError);
      }
      await Promise.resolve();
    }),
  );
});
