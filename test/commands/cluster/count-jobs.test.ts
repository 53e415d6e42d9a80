import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { countJobs } from "../../../src/commands/cluster/count-jobs.ts";
import { toIso } from "../../../src/core/time.ts";
import { writeSubmission } from "../../../src/tree/submission.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const NOW = Date.UTC(2026, 10, 21, 14, 0, 30);
const MINUTE_MS = 60_000;

describe("countJobs", () => {
  it(
    "counts what waits and runs, and tells why it waits, the most frequent first",
    withTempDirectory(async (root) => {
      const said = ["1|1|0|RUNNING|0|c|None", "2|1|1|PENDING|0|c|JobHeldUser"];
      const storage = submitted(root, NOW);
      const counts = await countJobs([storage], host([...said, "3|1|2-4|PENDING|0|c|Resources"]));
      expect(counts.get(storage)).to.deep.equal({
        pending: 4,
        running: 1,
        submitted: 0,
        answered: true,
        reasons: ["Resources", "JobHeldUser"],
      });
    }),
  );

  const AGES = [
    ["in the minute of the answer", 0, 5],
    ["before it", -MINUTE_MS, 0],
  ] as const;
  for (const [when, ms, expected] of AGES) {
    it(
      `takes ${expected} jobs for submitted of which a scheduler says nothing, submitted ${when}`,
      withTempDirectory(async (root) => {
        const storage = submitted(root, NOW + ms);
        const counts = await countJobs([storage], host(["9|9|0|RUNNING|0|c|None"]));
        expect(counts.get(storage)).to.include({ running: 0, submitted: expected, answered: true });
      }),
    );
  }

  it(
    "knows nothing without an answer, and is null where nothing was submitted",
    withTempDirectory(async (root) => {
      const storage = submitted(root, NOW);
      const other = join(root, "other");
      const counts = await countJobs([storage, other], host(undefined));
      expect(counts.get(storage)).to.include({ submitted: 0, answered: false });
      expect(counts.get(other)).to.equal(null);
    }),
  );
});

/** A storage for which array 1, of five, was submitted. */
function submitted(root: string, atMs: number): string {
  const storage = join(root, "storage");
  mkdirSync(storage);
  const jobs = [{ id: "1", tasks: 5 }];
  const one = { schemaVersion: 1, launch: "l", scheduler: "slurm", processes: 1, jobs } as const;
  writeSubmission(storage, { ...one, submittedAt: toIso(atMs) }, testHost());
  return storage;
}

/** A host on which squeue prints lines; undefined if it fails. */
function host(lines: readonly string[] | undefined) {
  const end = { signal: null, error: null, timedOut: false, stderr: "" };
  const answer = { ...end, code: lines === undefined ? 1 : 0, stdout: lines?.join("\n") ?? "" };
  const { clock, processes, ...rest } = testHost();
  return testHost({
    ...rest,
    clock: { ...clock, now: () => NOW },
    processes: { ...processes, run: () => Promise.resolve(answer) },
  });
}
