import { expect } from "chai";
import yargs from "yargs";

import { workerArguments } from "../../../src/commands/cluster/worker-arguments.ts";
import { parseLaunchOptions } from "../../../src/commands/launch/launch-options.ts";

const parse = (words: readonly string[]) =>
  parseLaunchOptions(
    yargs([...words])
      .strict()
      .exitProcess(false)
      .parserConfiguration({ "camel-case-expansion": false }),
  );

/** Flags that say where workers run, or what is shown meanwhile: not theirs. */
const NOT_THEIRS = { fromFile: undefined, skipMissing: false, usePbar: false, dryRun: false };

describe("workerArguments", () => {
  const EVERYTHING = [
    "--root_dir=/root of storages",
    "--storage_name=one",
    "--storage_name=two",
    "--n_processes=3",
    "--gpus_per_run=0.5",
    "--cpus_per_run=2",
    "--n_experiments_per_proc=5",
    "--run=experiment3/seed2",
    "--run=experiment1/seed1",
    "--code=/a snapshot",
    "--check_hash",
    "--run_clean_interrupted",
    "--log_level=warn",
    "--stay",
    "--heartbeat=2.5",
    "--stop_signal=SIGUSR1",
    "--lead=1h30m",
    "--grace=7",
    "--timeout=2h",
    "--retry=crash=1,oom=2",
    "--max_fails=9",
    "--circuit_breaker=0",
    "--wall_time=4:00:00",
    "--redo_summary",
  ];

  for (const [what, words] of [
    ["every flag", EVERYTHING],
    ["another one", [...EVERYTHING.slice(0, 2), "--skip_summary"]],
    ["nothing but a storage", EVERYTHING.slice(0, 2)],
  ] as const) {
    it(`gives workers the options that were given: ${what}`, async () => {
      const given = await parse(words);
      const storages = given.storageNames.map((name) => `/root of storages/${name}`);
      const theirs = await parse(workerArguments(given, "/root of storages", storages));
      expect(theirs).to.deep.equal({ ...given, ...NOT_THEIRS });
    });
  }
});
