import { join, relative } from "node:path";

import { expect } from "chai";

import { findMore } from "../../../src/commands/work/find-more.ts";
import { runningFlag } from "../../../src/core/run-state.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const DAY_MS = 86_400_000;
const HEARTBEAT_MS = 15_000;
const LEASE_MS = 10 * HEARTBEAT_MS;

type Held = {
  /** When its owner gives signs of life, ms. */
  readonly beats: readonly number[];
  /** Whether the owner is this very process. */
  readonly isHere?: boolean;
  readonly stay?: boolean;
  /** How far the file server's clock has been set back since, ms. */
  readonly setBackMs?: number;
};

/** Looks for more in a storage of which the only run is held. */
async function lookAtHeld(root: string, held: Held) {
  const { beats, isHere = false, stay = false, setBackMs = 0 } = held;
  const clock = createVirtualClock();
  const lastBeatMs = () => beats.findLast((beat) => beat <= clock.now()) ?? 0;
  const modifiedMs = (path: string) =>
    path.endsWith(".probe") ? clock.now() : lastBeatMs() + setBackMs;
  const host = testHost({ clock, files: { ...diskFiles, modifiedMs } });
  const owner = createWorkerIdentity(HEARTBEAT_MS, host);
  const flag = isHere ? runningFlag(owner.nextOwner()) : `OPENED.elsewhere.1.${"0".repeat(32)}`;
  const runs = [{ experiment: 1, seed: 1, flag }];
  const storage = join(root, await writeSmallStorage(root, { id: "ju1", runs }));
  owner.introduce(storage);
  const search = {
    settings: { heartbeatMs: HEARTBEAT_MS, stay },
    identity: createWorkerIdentity(HEARTBEAT_MS, host),
    stop: { claiming: new AbortController().signal },
    report: () => undefined,
    log: () => undefined,
  };
  const more = await clock.runWhile(
    findMore({ path: storage, repositories: [] }, true, search, host),
  );
  const found = more.runs.map(({ path }) => relative(storage, path));
  return { found, isAwaited: more.isAwaited, afterMs: clock.now() };
}

describe("findMore", () => {
  it(
    "has the run of an owner that fell silent three heartbeats after its lease",
    withTempDirectory(async (root) => {
      const { found, afterMs } = await lookAtHeld(root, { beats: [0], stay: true });
      expect(found).to.deep.equal(["experiment1/seed1"]);
      expect(afterMs).to.be.within(LEASE_MS, LEASE_MS + 3 * HEARTBEAT_MS);
    }),
  );

  it(
    "leaves to another machine what it holds, once it has given a sign of life",
    withTempDirectory(async (root) => {
      const { afterMs, ...more } = await lookAtHeld(root, { beats: [0, 1.5 * HEARTBEAT_MS] });
      expect(more).to.deep.equal({ found: [], isAwaited: false });
      expect(afterMs).to.be.within(1.5 * HEARTBEAT_MS, 1.7 * HEARTBEAT_MS);
    }),
  );

  it(
    "has the run of a machine that died just before, as nobody may come after it",
    withTempDirectory(async (root) => {
      const { found } = await lookAtHeld(root, { beats: [0] });
      expect(found).to.deep.equal(["experiment1/seed1"]);
    }),
  );

  it(
    "leaves at once to a worker of this machine what it holds",
    withTempDirectory(async (root) => {
      const more = await lookAtHeld(root, { beats: [0], isHere: true });
      expect(more).to.deep.equal({ found: [], isAwaited: false, afterMs: 0 });
    }),
  );

  it(
    "gives up on a silent owner that the file server's clock, set back by a day, does not call so",
    withTempDirectory(async (root) => {
      const { afterMs, ...more } = await lookAtHeld(root, { beats: [0], setBackMs: DAY_MS });
      expect(more).to.deep.equal({ found: [], isAwaited: false });
      expect(afterMs).to.be.within(LEASE_MS, LEASE_MS + 4 * HEARTBEAT_MS);
    }),
  );
});
