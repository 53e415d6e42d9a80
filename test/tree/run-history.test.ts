import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readAttempts } from "../../src/tree/run-history.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const A = "a".repeat(32);
const B = "b".repeat(32);

describe("readAttempts", () => {
  const CASES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] =
    [
      ["none", { UNHATCHED: "" }, []],
      [
        "one that goes on",
        { [`OPENED.h.1.${A}`]: "", [`logger.${A}.out`]: "" },
        [`1 - logger.${A}.out`],
      ],
      [
        "one after another that was put back",
        { "run.json": record(1, "released"), "logger.out": "", [`OPENED.h.1.${B}`]: "" },
        ["1 released logger.out", "2 - -"],
      ],
      [
        "one that is settled and not published",
        { COMPLETED: "", [`run.${A}.json`]: record(1, "completed"), [`logger.${A}.out`]: "" },
        [`1 completed logger.${A}.out`],
      ],
      [
        "one whose log is published and whose record is not",
        { COMPLETED: "", [`run.${A}.json`]: record(1, "completed"), "logger.out": "" },
        ["1 completed logger.out"],
      ],
      [
        "one that was declared void, and wrote its record all the same",
        {
          UNHATCHED: "",
          "run.json": record(1, "voided"),
          [`run.${A}.json`]: record(1, "completed"),
        },
        ["1 voided -"],
      ],
      [
        "one whose record is damaged",
        { CRASH: "", "run.json": "{", "logger.out": "" },
        ["1 - logger.out"],
      ],
      ["those of a folder with several flags", { CRASH: "", [`OPENED.h.1.${A}`]: "" }, []],
    ];
  for (const [what, files, expected] of CASES) {
    it(
      `finds ${what}`,
      withTempDirectory((root) => {
        const folder = join(root, "seed1");
        mkdirSync(folder);
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
        const found = readAttempts(folder, readdirSync(folder), testHost());
        expect(
          found.map(
            ({ attempt, record: one, log }) => `${attempt} ${one?.outcome ?? "-"} ${log ?? "-"}`,
          ),
        ).to.deep.equal(expected);
        return Promise.resolve();
      }),
    );
  }
});

function record(attempt: number, outcome: string): string {
  const cause = { kind: "done" };
  return JSON.stringify({
    schemaVersion: 1,
    attempt,
    owner: `h.1.${A}`,
    outcome,
    cause,
    seconds: 1,
  });
}
