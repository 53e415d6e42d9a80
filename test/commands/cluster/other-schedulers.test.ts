import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../../support/commands.ts";
import { flagsOf, LIST, prepareProject } from "../../support/small-project.ts";
import { callsOf, refusing, standIn } from "../../support/stand-ins.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const PROJECT = { program: { command: ["true"] }, values: [1, 2, 3, 4] };
const SCRIPT = "<script>";

/** Each with what it prints, and what it has to be given for it. */
const QUEUES = [
  {
    name: "pbs",
    limit: ["qstat", ["-B", "-f"]],
    submit: ["qsub", "echo '12[].pbs01'", [SCRIPT]],
    ask: ["qstat", "printf 'Job Id: 12[0].pbs01\\n    job_state = R\\n'; exit 35"],
    asked: ["-x", "-t", "-f", "12[].pbs01"],
    cancel: ["qdel", ["12[].pbs01"]],
    prefix: "#PBS -J 0-1",
  },
  {
    name: "torque",
    limit: undefined,
    submit: ["qsub", "echo '12[].torque'", [SCRIPT]],
    ask: ["qstat", "printf 'Job Id: 12[0].torque\\n    job_state = R\\n'"],
    asked: ["-t", "-f", "12[].torque"],
    cancel: ["qdel", ["12[].torque"]],
    prefix: "#PBS -t 0-1",
  },
  {
    name: "sge",
    limit: ["qconf", ["-sconf"]],
    submit: ["qsub", "echo 12.1-2:1", ["-terse", SCRIPT]],
    ask: ["qstat", "echo '12 0.5 al_x me r 11/21/2026 14:00:00 all.q@n1 1 1'"],
    asked: ["-s", "prsz", "-g", "d"],
    cancel: ["qdel", ["12"]],
    prefix: "#$ -t 1-2",
  },
  {
    name: "lsf",
    limit: ["bparams", ["-a"]],
    submit: ["bsub", "echo 'Job <12> is submitted to queue <normal>.'", []],
    ask: ["bjobs", "echo '12|1|RUN'; exit 255"],
    asked: ["-a", "-noheader", "-o", "jobid jobindex stat delimiter='|'", "12"],
    cancel: ["bkill", ["12"]],
    prefix: '#BSUB -J "al_small[1-2]"',
  },
] as const;

const isPbs = (name: string) => name === "pbs" || name === "torque";

describe("allaunch --scheduler, of each kind", function () {
  this.timeout(60_000);

  for (const { name, limit, submit, ask, asked, cancel, prefix } of QUEUES) {
    it(
      `gives ${name}'s commands what they take, and understands their answers`,
      withTempDirectory(
        async (folder) => {
          const storage = await prepareProject(folder, PROJECT);
          const [submitter, printed, given] = submit;
          standIn(folder, submitter, refusing(name, printed));
          standIn(folder, ask[0], ask[1]);
          if (limit !== undefined && limit[0] !== ask[0]) standIn(folder, limit[0], "exit 1");
          const PATH = standIn(folder, cancel[0], "");
          const args = [...LIST, "--scheduler", name, "--nodes", "2", "-p", "2"];
          const end = await runCommand("allaunch", args, folder, { PATH });
          expect(end.code, end.stderr).to.equal(0);
          const [call] = callsOf(folder, submitter);
          const words = call?.words.map((word) => (word.startsWith("/") ? SCRIPT : word));
          expect(words).to.deep.equal(given);
          const path = call?.words.find((word) => word.startsWith("/"));
          const script = path === undefined ? call?.input : readFileSync(path, "utf8");
          expect(script).to.include(`\n${prefix}\n`);
          const seen = await runCommand("alstatus", ["-s", basename(storage)], folder, { PATH });
          expect(seen.stdout).to.include("1 run");
          if (limit !== undefined)
            expect(callsOf(folder, limit[0])[0]?.words).to.deep.equal(limit[1]);
          expect(callsOf(folder, ask[0]).at(-1)?.words).to.deep.equal(asked);
          await runCommand("allaunch", [...LIST, "--cancel"], folder, { PATH });
          expect(callsOf(folder, cancel[0])[0]?.words).to.deep.equal(cancel[1]);
          expect(Object.values(flagsOf(storage))).to.deep.equal(Array(4).fill("UNHATCHED"));
          // PBS takes any path; Grid Engine and LSF have no way to say a quote.
        },
        isPbs(name) ? undefined : join(tmpdir(), "a test-"),
      ),
    );
  }

  it(
    "asks again where PBS keeps no history, whose -x prints nothing then",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      standIn(folder, "qsub", refusing("pbs", "echo 12.pbs01"));
      // As OpenPBS 23.06 does, which ends with 0.
      const complaint = "qstat: PBS is not configured to maintain job history 12.pbs01";
      const listing = "printf 'Job Id: 12.pbs01\\n    job_state = R\\n'";
      const PATH = standIn(
        folder,
        "qstat",
        `[ "$1" = -x ] && { echo '${complaint}' >&2; exit 0; }\n${listing}`,
      );
      standIn(folder, "qdel", "");
      await runCommand("allaunch", [...LIST, "--scheduler", "pbs"], folder, { PATH });
      const seen = await runCommand("alstatus", ["-s", basename(storage)], folder, { PATH });
      expect(seen.stdout).to.include("1 run");
      const { stdout } = await runCommand("allaunch", [...LIST, "--cancel"], folder, { PATH });
      expect(stdout).to.include("Ended 1 submission: 12.pbs01.");
    }),
  );

  it(
    "cuts arrays to what a site's PBS takes",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      standIn(folder, "qstat", "printf 'Server: pbs01\\n    max_array_size = 3\\n'");
      const PATH = standIn(folder, "qsub", refusing("pbs", "echo $RANDOM'[].pbs01'"));
      const args = [...LIST, "--scheduler", "pbs", "--nodes", "4"];
      const { code, stderr } = await runCommand("allaunch", args, folder, { PATH });
      expect(code, stderr).to.equal(0);
      expect(callsOf(folder, "qsub")).to.have.length(2);
    }),
  );

  it(
    "says at once that OAR takes no file with a space in its path",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      const PATH = standIn(folder, "oarsub", "echo OAR_JOB_ID=1");
      const end = await runCommand("allaunch", [...LIST, "--scheduler", "oar"], folder, { PATH });
      expect(end.code).to.equal(2);
      expect(end.stderr).to.include("OAR takes no file of this name");
      expect(callsOf(folder, "oarsub")).to.have.length(0);
    }),
  );
});
