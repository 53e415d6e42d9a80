import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { createModuleExecutor } from "../../../src/commands/work/module-executor.ts";
import { runningFlag } from "../../../src/core/run-state.ts";
import type { SupervisedEnd, SupervisedProcess, Supervisor } from "../../../src/host.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const OWNER = { host: "here", pid: 1, token: "a".repeat(32) };
const SILENCED: SupervisedEnd = {
  code: null,
  signal: "SIGKILL",
  error: null,
  tail: "",
  silenced: true,
};

/**
 * Executes a held run, whose first runner dies without a word and whose second one answers.
 *
 * @param meanwhile - what happens to the run folder before the worker hears of it
 * @returns how it ended, and how many runners were given the run
 */
async function executeAfterDeath(root: string, meanwhile: (folder: string) => void) {
  const runs = [{ experiment: 1, seed: 1, flag: runningFlag(OWNER) }];
  const storage = join(root, await writeSmallStorage(root, { id: "ju1", runs }));
  const folder = join(storage, "experiment1", "seed1");
  expect(existsSync(join(folder, runningFlag(OWNER)))).to.equal(true);
  let orders = 0;
  const start = (): SupervisedProcess => {
    let die: (end: SupervisedEnd) => void = () => undefined;
    const ended = new Promise<SupervisedEnd>((resolve) => (die = resolve));
    let answer: (message: unknown) => void = () => undefined;
    return {
      send: () => {
        orders += 1;
        if (orders === 1) {
          meanwhile(folder);
          die(SILENCED);
        } else answer({ kind: "returned", number: 1 });
      },
      onMessage: (listener) => (answer = listener),
      kill: () => undefined,
      ended,
    };
  };
  const supervisor: Supervisor = { start, beat: () => undefined, close: () => Promise.resolve() };
  const program = { module: "main.js", project: root, logLevel: "info" } as const;
  const executor = createModuleExecutor(program, supervisor, testHost(), () => undefined);
  const run = { storage, experiment: 1, seed: 1, path: folder };
  const claim = { folder, owner: OWNER, attempt: 1 };
  const end = await executor.start({ run, claim, config: { seed: 1 } }).ended;
  return { end: end.kind, orders };
}

describe("createModuleExecutor", () => {
  it(
    "gives a run to another runner where the first has died before it began",
    withTempDirectory(async (root) => {
      const { end, orders } = await executeAfterDeath(root, () => undefined);
      expect(end).to.equal("completed");
      expect(orders).to.equal(2);
    }),
  );

  it(
    "starts no program for a run that somebody else has taken over meanwhile, and its log with it",
    withTempDirectory(async (root) => {
      const { end, orders } = await executeAfterDeath(root, (folder) => {
        renameSync(join(folder, runningFlag(OWNER)), join(folder, "COMPLETED"));
      });
      expect(end).to.equal("silenced");
      expect(orders).to.equal(1);
    }),
  );
});
