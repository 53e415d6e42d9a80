import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { prepare } from "../src/commands/prepare.ts";
import { testHost } from "./support/test-host.ts";

const never = new AbortController().signal;

describe("schedules", () => {
  it("can all be prepared, and say what they would write", async () => {
    const files = (await readdir("schedules", { recursive: true })).filter((name) =>
      /(grid|random)_schedule_\w+\.ts$/.test(name),
    );
    expect(files).to.have.length.greaterThan(1);
    for (const file of files) {
      const options = {
        scheduleFile: join("schedules", file),
        overrides: [],
        machineFile: undefined,
        explainConfig: undefined,
        desc: undefined,
        rootDir: undefined,
        addToFolder: undefined,
        resample: false,
        samplerSeed: undefined,
        dryRun: true,
        yes: true,
      };
      const { storages } = await prepare.run(options, testHost(), never, never);
      expect(storages, file).to.have.length(2);
      expect(
        storages.every(({ runs }) => runs > 0),
        file,
      ).to.equal(true);
    }
  });
});
