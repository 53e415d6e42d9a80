import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import {
  age,
  createHurriedClock,
  examineIn,
  prepareHealthy,
  STRANGER,
  summaryOf,
} from "../../support/examine-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const RUN = "experiment1/seed1";
const withHeld = (flag: string, body: (project: string, run: string) => Promise<void>) =>
  withTempDirectory(async (project) => {
    const run = join(await prepareHealthy(project), RUN);
    renameSync(join(run, "UNHATCHED"), join(run, flag));
    await body(project, run);
  });

describe("aldoctor, on claims,", () => {
  it(
    "finds those whose lease is over, and puts them back as alclean does",
    withHeld(STRANGER, async (project, run) => {
      age(1, join(run, STRANGER));
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.deep.equal([`stale-claim ${RUN}/${STRANGER}`]);
      expect(report.findings[0]).to.include({ severity: "warning", fate: "mended" });
      expect(readdirSync(run)).to.include.members(["UNHATCHED", "run.json"]);
      expect(readFileSync(join(run, "run.json"), "utf8")).to.include('"voided"');
    }),
  );

  it(
    "finds resets whose cleaner is gone",
    withHeld(STRANGER.replace("OPENED", "RESETTING"), async (project, run) => {
      const [flag = ""] = readdirSync(run).filter((name) => name.startsWith("RESETTING"));
      age(1, join(run, flag));
      const report = await examineIn(project, { fix: true });
      expect(summaryOf(report)).to.deep.equal([`stale-claim ${RUN}/${flag}`]);
      expect(readdirSync(run)).to.include("UNHATCHED");
    }),
  );

  it(
    "touches none that beats between its two looks, or while it is asked",
    withHeld(STRANGER, async (project, run) => {
      age(1, join(run, STRANGER));
      const clock = createHurriedClock();
      const sleep: typeof clock.sleep = async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (ms === 30_000) age(0, join(run, STRANGER));
      };
      const beating = await examineIn(project, { fix: true }, { clock: { ...clock, sleep } });
      expect(summaryOf(beating)).to.deep.equal([`owner-unknown ${RUN}/${STRANGER}`]);
      age(1, join(run, STRANGER));
      const terminal = {
        note: () => undefined,
        progress: () => ({ update: () => undefined, stop: () => undefined }),
        confirm: () => {
          age(0, join(run, STRANGER));
          return Promise.resolve(true);
        },
      };
      const asked = await examineIn(project, { fix: true, yes: false }, { terminal });
      expect(asked.findings[0]).to.include({ check: "stale-claim", fate: "failed" });
      expect(readdirSync(run)).to.include(STRANGER);
    }),
  );
});
