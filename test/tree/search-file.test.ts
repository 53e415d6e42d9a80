import { expect } from "chai";

import type { SearchFacts } from "../../src/core/search/search-facts.ts";
import { UserError } from "../../src/errors.ts";
import {
  formatSearchFacts,
  parseSearchFacts,
  readSearchFacts,
  writeSearchFacts,
} from "../../src/tree/search-file.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const FACTS: SearchFacts = {
  schemaVersion: 1,
  name: { id: "ju1", codeVersion: "nogit", algName: "a", taskName: "t", kind: "grid", desc: "d" },
  program: { module: "main.ts" },
  metric: { name: "accuracy", series: "train", direction: "maximise", aggregation: "last" },
  project: "../..",
  repositories: [{ path: ".", commit: null, diffHash: null }],
  samplerSeed: null,
  seeds: [1, 2],
  defaults: { lr: 0.1, optimizer: { name: "sgd" } },
  schedule: "schedules/a.ts",
  createdAt: "2026-01-01T00:00:00.000Z",
};

describe("parseSearchFacts", () => {
  it("reads back what formatSearchFacts writes", () => {
    expect(parseSearchFacts(formatSearchFacts(FACTS), "search.json")).to.deep.equal(FACTS);
    const other = { ...FACTS, metric: null, samplerSeed: 7, program: { command: ["a"] } };
    expect(parseSearchFacts(formatSearchFacts(other), "search.json")).to.deep.equal(other);
  });

  it("refuses a file in which anything is missing or wrong, naming it", () => {
    const keys = Object.keys(FACTS);
    for (const key of keys) {
      for (const value of [undefined, { wrong: 1 }]) {
        // Any object can be the defaults.
        if (key === "defaults" && value !== undefined) continue;
        const parse = () =>
          parseSearchFacts(JSON.stringify({ ...FACTS, [key]: value }), "s/search.json");
        expect(parse, key)
          .to.throw(UserError, "s/search.json")
          .with.property("code", "config-invalid");
      }
    }
  });

  it("refuses paths that end in their middle, and what is nested too deep to be written again", () => {
    for (const wrong of [
      { project: "a\0b" },
      { program: { module: "a\0b" } },
      { program: { command: ["a\0b"] } },
      { repositories: [{ path: "\0", commit: null, diffHash: null }] },
    ]) {
      const parse = () => parseSearchFacts(JSON.stringify({ ...FACTS, ...wrong }), "search.json");
      expect(parse, JSON.stringify(wrong)).to.throw(UserError);
    }
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const text = JSON.stringify(FACTS).replace("{", `{"later":${deep},`);
    expect(() => parseSearchFacts(text, "search.json")).to.throw(UserError, "32 levels");
  });

  it("refuses a later schema, and text that is no JSON", () => {
    for (const text of [JSON.stringify({ ...FACTS, schemaVersion: 2 }), "", "[]", "{"]) {
      expect(() => parseSearchFacts(text, "s")).to.throw(UserError);
    }
  });
});

describe("readSearchFacts", () => {
  it(
    "reads what writeSearchFacts has replaced, and says where nothing is",
    withTempDirectory(async (storage) => {
      const host = testHost();
      expect(() => readSearchFacts(storage, host))
        .to.throw(UserError, storage)
        .with.property("code", "not-found");
      writeSearchFacts(storage, FACTS, host);
      writeSearchFacts(storage, { ...FACTS, seeds: [1, 2, 3] }, host);
      expect(readSearchFacts(storage, host).seeds).to.deep.equal([1, 2, 3]);
      await Promise.resolve();
    }),
  );
});
