import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { WorkReport, WorkSettings } from "../../../src/commands/work/orders.ts";
import { COMPLETED_FLAG } from "../../../src/core/run-state.ts";
import { UserError } from "../../../src/errors.ts";
import { launchScript } from "../../../src/library/launch/launch-script.ts";
import type { ScriptProcess } from "../../../src/library/launch/script-process.ts";
import { logPath } from "../../../src/tree/paths.ts";
import { batonOf, claim } from "../../../src/tree/run-folder.ts";
import { passOn } from "../../../src/tree/baton.ts";
import { perform } from "../../../src/tree/steps.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";
import { treeText } from "../../support/tree-text.ts";

const FORCED = "hatchery.logger.forced_log_id=7";
const OTHER = { host: "other", pid: 7, token: "a".repeat(32) };

describe("launchScript", () => {
  it(
    "changes nothing in a forced log that another launch claims after it has looked",
    withTempDirectory(async (folder) => {
      await launchIt(folder, ["x=1"], () => undefined);
      const before = treeText(join(folder, "logs/7"));
      const error = await refusal(folder, ["x=2"], () => {
        expect(perform(claim(logIn(folder).path, OTHER), testHost())).to.include({ attempt: 1 });
      });
      expect(error.message).to.equal("Log 7 is being executed by somebody else.");
      const { UNHATCHED: flag, ...files } = before;
      expect(flag).to.equal("\n");
      expect(treeText(join(folder, "logs/7"))).to.deep.include(files);
    }),
  );

  it(
    "takes no run of another launch for its own, if that is done with it already",
    withTempDirectory(async (folder) => {
      await launchIt(folder, ["x=1"], () => undefined);
      const error = await refusal(folder, ["x=2"], () => {
        executeAsOther(folder);
      });
      expect(error.message).to.include("Log 7 was executed by somebody else meanwhile");
    }),
  );

  it(
    "gives its worker what a forced log is to have from its claim on",
    withTempDirectory(async (folder) => {
      await launchIt(folder, ["x=1"], () => undefined);
      const { runs, renewed } = await launchIt(folder, ["+y=3"], (report) => {
        executeAsOther(folder);
        report({ kind: "ended", run: "logs/7", end: "completed" });
      });
      expect(runs).to.deep.equal([{ logId: 7, folder: logIn(folder).path, status: "COMPLETE" }]);
      const { "config.json": config = "", "config_unique.json": unique = "", ...others } = renewed;
      expect(JSON.parse(config)).to.deep.equal({ x: 1, y: 3 });
      expect(JSON.parse(unique)).to.deep.equal({ x: 1, y: 3 });
      expect(others["metadata/config.yaml"]).to.equal("x: 1\ny: 3\n");
      expect(JSON.parse(others[".keys/launch.json"] ?? "")).to.have.property("command");
      expect(JSON.parse(readFileSync(join(folder, "logs/7/config.json"), "utf8"))).to.deep.equal({
        x: 1,
      });
    }),
  );
});

const logIn = (folder: string) => logPath(join(folder, "logs"), 7);

function executeAsOther(folder: string): void {
  const host = testHost();
  const held = perform(claim(logIn(folder).path, OTHER), host);
  if (held === undefined) throw new Error("The log cannot be claimed.");
  perform(
    passOn(batonOf(held), COMPLETED_FLAG, () => false),
    host,
  );
}

/** Launches log 7 with a worker that does nothing but what `meanwhile` says. */
async function launchIt(
  folder: string,
  words: readonly string[],
  meanwhile: (report: (report: WorkReport) => void) => void,
) {
  mkdirSync(join(folder, "configs"), { recursive: true });
  writeFileSync(join(folder, "configs/config.yaml"), "x: 0\n");
  const orders: WorkSettings[] = [];
  const startWorker = (settings: unknown) => {
    orders.push(settings as WorkSettings);
    const nothing = () => undefined;
    return {
      pid: 1,
      send: nothing,
      kill: nothing,
      onMessage: meanwhile,
      ended: Promise.resolve({ code: 0, signal: null, error: null }),
    };
  };
  const { processes } = testHost();
  const host = testHost({ processes: { ...processes, startWorker } });
  const script = { ...SCRIPT, words: [FORCED, ...words], workDir: folder };
  const end = await launchScript({ configPath: "configs" }, host, script);
  const renewed = orders[0]?.storages[0]?.renewed ?? {};
  return { renewed, runs: end.kind === "launched" ? end.runs : [] };
}

async function refusal(...launch: Parameters<typeof launchIt>): Promise<UserError> {
  try {
    await launchIt(...launch);
  } catch (error) {
    if (error instanceof UserError && error.code === "refused") return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

const never = new AbortController().signal;
const fail = () => expect.fail("ended");
const SCRIPT: ScriptProcess = {
  words: [],
  command: ["node", "main.js"],
  workDir: "/",
  exit: fail,
  fail,
  onExit: () => undefined,
  stopSignal: () => () => never,
  listenForSignals: () => ({ gracefully: never, atOnce: never }),
  alsoPrintTo: () => undefined,
  print: () => undefined,
  passOn: () => undefined,
  formatYaml: (value) =>
    Object.entries(value)
      .map(([name, one]) => `${name}: ${String(one)}\n`)
      .join(""),
  setExitCode: () => undefined,
};
