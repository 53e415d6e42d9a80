import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { createTimeLeft } from "../../../src/commands/work/time-left.ts";
import { formatRunRecord } from "../../../src/core/run-record.ts";
import { runPath, type RunPath } from "../../../src/tree/paths.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles } from "../../support/test-host.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

describe("createTimeLeft", () => {
  it("has no objection without an end", () => {
    const host = { files: diskFiles, clock: createVirtualClock() };
    expect(createTimeLeft(null, [], host).objection()).to.equal(undefined);
  });

  it("objects to a run that would take longer than is left, once it knows how long runs take", () => {
    const host = { files: diskFiles, clock: createVirtualClock() };
    const time = createTimeLeft(host.clock.now() + 60_000, [], host);
    expect(time.objection()).to.equal(undefined);
    for (const seconds of [1, 100, 120]) time.add(seconds);
    expect(time.objection()).to.equal("1 min 0 s are left, a run takes 1 min 40 s");
  });

  it("objects when no time is left, whatever a run takes", () => {
    const host = { files: diskFiles, clock: createVirtualClock() };
    expect(createTimeLeft(host.clock.now(), [], host).objection()).to.equal("no time is left");
  });

  it(
    "asks the completed runs before it has any of its own",
    withTempDirectory((folder) => {
      const host = { files: diskFiles, clock: createVirtualClock() };
      const runs = [10, 20, 30].map((seconds, index) => completed(folder, index + 1, seconds));
      const at = (seconds: number) =>
        createTimeLeft(host.clock.now() + seconds * 1000, runs, host).objection();
      expect(at(20)).to.equal(undefined);
      expect(at(19)).to.equal("19 s are left, a run takes 20 s");
      return Promise.resolve();
    }),
  );
});

function completed(storage: string, experiment: number, seconds: number): RunPath {
  const run = runPath(storage, experiment, 1);
  mkdirSync(run.path, { recursive: true });
  writeFileSync(join(run.path, "COMPLETED"), "\n");
  const text = formatRunRecord({
    schemaVersion: 1,
    attempt: 1,
    owner: `node.1.${"a".repeat(32)}`,
    outcome: "completed",
    cause: { kind: "done" },
    startedAt: null,
    endedAt: "2026-01-01T00:00:00.000Z",
    seconds,
    repositories: [],
  });
  writeFileSync(join(run.path, "run.json"), text);
  return run;
}
