import { join } from "node:path";

import { expect } from "chai";

import { findMore } from "../../../src/commands/work/find-more.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const HEARTBEAT_MS = 15_000;
const LEASE_MS = 10 * HEARTBEAT_MS;

describe("findMore", () => {
  it(
    "has the run of an owner that fell silent three heartbeats after its lease",
    withTempDirectory(async (root) => {
      const flag = `OPENED.elsewhere.1.${"0".repeat(32)}`;
      const runs = [{ experiment: 1, seed: 1, flag }];
      const storage = join(root, await writeSmallStorage(root, { id: "ju1", runs }));
      const clock = createVirtualClock();
      const modifiedMs = (path: string) => (path.endsWith(".probe") ? clock.now() : 0);
      const host = testHost({ clock, files: { ...diskFiles, modifiedMs } });
      const search = {
        settings: { heartbeatMs: HEARTBEAT_MS, stay: true },
        identity: createWorkerIdentity(HEARTBEAT_MS, host),
        stop: { claiming: new AbortController().signal },
        report: () => undefined,
        log: () => undefined,
      };

      const { runs: found } = await clock.runWhile(
        findMore({ path: storage, repositories: [] }, true, search, host),
      );

      expect(found.map(({ path }) => path)).to.deep.equal([join(storage, "experiment1/seed1")]);
      expect(clock.now()).to.be.within(LEASE_MS, LEASE_MS + 3 * HEARTBEAT_MS);
    }),
  );
});
