import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { resetHeldRun } from "../../../src/commands/work/reset-held-run.ts";
import { runPath } from "../../../src/tree/paths.ts";
import { heldByNobody } from "../../../src/tree/lease.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

describe("resetHeldRun", () => {
  it(
    "takes a run for moved on whose folder somebody has deleted",
    withTempDirectory(async (root) => {
      const flag = `OPENED.elsewhere.1.${"0".repeat(32)}`;
      const runs = [{ experiment: 1, seed: 1, flag }];
      const storage = join(root, await writeSmallStorage(root, { id: "ju1", runs }));
      const host = testHost();
      const held = {
        run: runPath(storage, 1, 1),
        names: [flag],
        holder: { ...heldByNobody(flag, 0, 0), heartbeatMs: 100 },
      };
      rmSync(held.run.path, { recursive: true });

      const end = await resetHeldRun(held, createWorkerIdentity(100, host), 100, host);

      expect(end).to.equal("moved-on");
    }),
  );
});
