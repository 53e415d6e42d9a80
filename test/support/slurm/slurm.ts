import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { commandLine, isAlive, processesWith, signalIfAlive } from "../processes.ts";
import { until } from "../small-project.ts";
import { gpuFiles, gresConf, nodeName, slurmConf, type SlurmSettings } from "./settings.ts";

/** A real Slurm of several nodes on this machine, with its own authentication and its own ports. */
export type Slurm = {
  /** What a command needs to find it. */
  readonly environment: { readonly SLURM_CONF: string };
  /** Runs one of Slurm's commands. @returns what it printed */
  readonly run: (...command: readonly string[]) => string;
  /** Kills all of one of our jobs at once, so that nothing of it can say a word. */
  readonly killJob: (id: string) => void;
  /** Kills a node's daemon; what its jobs started lives on. */
  readonly killDaemon: (index: number) => void;
  /** Kills everything on a node, as a power cut does. */
  readonly killNode: (index: number) => void;
  /** Starts a node again, on which nothing runs. */
  readonly restartNode: (index: number) => void;
  /** Ends everything, the jobs' processes too. */
  readonly stop: () => Promise<void>;
};

/** What was forgotten, since whoever had started it was killed, ends by itself. */
const LIFETIME_SECONDS = "1800";
const START_MS = 40_000;
const PATH = `/usr/sbin:/sbin:${process.env["PATH"] ?? ""}`;

/** Says why there can be no Slurm here; undefined if there can be one. */
export function whyNoSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return "it takes root";
  const tools = ["slurmctld", "slurmd", "sbatch", "munged", "unshare"];
  const missing = tools.filter(
    (tool) => !PATH.split(":").some((one) => existsSync(join(one, tool))),
  );
  if (missing.length === 0) return undefined;
  return `${missing.join(", ")} are missing: run test/support/slurm/set-up.sh`;
}

/** Starts one; it takes a few seconds. Whoever starts it must stop it. */
export async function startSlurm(settings: SlurmSettings): Promise<Slurm> {
  const folder = mkdtempSync("/tmp/hatchery-slurm-");
  chmodSync(folder, 0o755);
  for (const name of ["state", "logs"]) mkdirSync(join(folder, name));
  const conf = join(folder, "slurm.conf");
  const port = 20_000 + (process.pid % 10_000);
  writeFileSync(conf, slurmConf(folder, port, settings));
  writeFileSync(join(folder, "gres.conf"), gresConf(folder, settings));
  // Slurm insists on devices: these are like /dev/null.
  for (const file of gpuFiles(folder, settings.gpus ?? 0))
    execFileSync("mknod", [file, "c", "1", "3"]);
  writeFileSync(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), {
    mode: 0o400,
  });
  const environment = { SLURM_CONF: conf };
  const run = (program = "", ...words: readonly string[]) =>
    execFileSync(program, words, {
      env: { ...process.env, ...environment, PATH },
      encoding: "utf8",
    });
  const daemons = new Map<string, ChildProcess>();
  const start = (name: string, command: readonly string[]) => {
    daemons.set(name, startDaemon(folder, name, command));
  };
  const startNode = (index: number) => {
    start(nodeName(index), nodeCommand(conf, nodeName(index)));
  };
  const nodes = Array.from({ length: settings.nodes }, (_, index) => index);
  const stop = () => stopAll(folder, conf, daemons, run);
  try {
    start("munged", mungeCommand(folder));
    await until(() => existsSync(join(folder, "munge.socket")));
    start("slurmctld", ["slurmctld", "-D", "-f", conf]);
    nodes.forEach(startNode);
    await until(() => idleNodes(run) === settings.nodes, START_MS);
  } catch (error) {
    const logs = readdirSync(join(folder, "logs")).map((name) =>
      readFileSync(join(folder, "logs", name), "utf8").slice(-1500),
    );
    await stop();
    throw new Error(`Slurm did not start:\n${logs.join("\n")}`, { cause: error });
  }
  return {
    environment,
    run,
    killJob: (id) => {
      // Another cluster has jobs of the same ids.
      const mine = new Set(ofCluster(conf));
      const pids = processesWith([`HATCHERY_JOB_ID=${id}`]).filter((pid) => mine.has(pid));
      for (const signal of ["SIGSTOP", "SIGKILL"] as const)
        for (const pid of pids) signalIfAlive(pid, signal);
    },
    killDaemon: (index) => {
      const ends = ["-N", nodeName(index)].join("\0");
      for (const pid of ofCluster(conf)) {
        const words = commandLine(pid);
        if (words.startsWith("slurmd\0") && words.endsWith(ends)) signalIfAlive(pid, "SIGKILL");
      }
    },
    killNode: (index) => {
      endGroup(daemons.get(nodeName(index)));
    },
    restartNode: (index) => {
      endGroup(daemons.get(nodeName(index)));
      startNode(index);
    },
    stop,
  };
}

function startDaemon(folder: string, name: string, command: readonly string[]): ChildProcess {
  const log = openSync(join(folder, "logs", name), "a");
  const bounded = ["--signal=KILL", LIFETIME_SECONDS, ...command];
  return spawn("timeout", bounded, {
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, PATH },
  });
}

/** With a key and a socket of its own, besides any that this machine may have. */
function mungeCommand(folder: string): readonly string[] {
  const files = Object.entries({
    "key-file": "key",
    socket: "socket",
    "pid-file": "pid",
    "log-file": "log",
    "seed-file": "seed",
  });
  const options = files.map(([option, end]) => `--${option}=${join(folder, `munge.${end}`)}`);
  return ["munged", "--foreground", "--force", ...options];
}

/**
 * A node has a host name and processes of its own, as a machine has: nobody outside can tell whether
 * one of them lives, and when its first process is killed, all are.
 */
function nodeCommand(conf: string, node: string): readonly string[] {
  // The first process of a machine is the one that has to wait for everybody's orphans.
  const script = 'echo "$0" >/proc/sys/kernel/hostname; "$@" & while :; do wait; sleep 0.2; done';
  const machine = ["unshare", "--uts", "--pid", "--mount-proc", "--fork", "--kill-child"];
  return [...machine, "sh", "-c", script, node, "slurmd", "-D", "-f", conf, "-N", node];
}

function idleNodes(run: Slurm["run"]): number {
  try {
    return run("sinfo", "-h", "-N", "-p", "normal", "-o", "%t")
      .split("\n")
      .filter((state) => state === "idle").length;
  } catch {
    // The controller is not there yet.
    return 0;
  }
}

async function stopAll(
  folder: string,
  conf: string,
  daemons: ReadonlyMap<string, ChildProcess>,
  run: Slurm["run"],
): Promise<void> {
  try {
    run("timeout", "5", "scancel", "--me");
  } catch {
    // The controller may be gone: the processes are ended all the same.
  }
  for (const daemon of daemons.values()) endGroup(daemon);
  const left = () => ofCluster(conf);
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) signalIfAlive(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await until(() => [...daemons.values()].every(({ pid }) => pid === undefined || !isAlive(pid)));
  rmSync(folder, { recursive: true, force: true });
}

/** Daemons that lead their own process groups. */
function endGroup(daemon: ChildProcess | undefined): void {
  if (daemon?.pid !== undefined) signalIfAlive(-daemon.pid, "SIGKILL");
}

/** What the cluster's daemons and jobs have started: all of it carries its configuration. */
const ofCluster = (conf: string) => processesWith([`SLURM_CONF=${conf}`, conf]);
