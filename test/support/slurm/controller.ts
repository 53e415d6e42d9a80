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

import { isAlive, processesWith, signalIfAlive } from "../processes.ts";
import { until } from "../small-project.ts";
import { gpuFiles, gresConf, slurmConf, type SlurmPlaces, type SlurmSettings } from "./settings.ts";

/** What a Slurm is to those who use it. */
export type SlurmCommands = {
  /** What a command needs to find it. */
  readonly environment: { readonly SLURM_CONF: string };
  /** Runs one of Slurm's commands. @returns what it printed */
  readonly run: (...command: readonly string[]) => string;
};

/** A real Slurm without its nodes: its settings, its authentication and its controller. */
export type Controller = SlurmCommands & {
  /** Of its settings, its key and its logs; without spaces. */
  readonly folder: string;
  readonly conf: string;
  /** Starts a daemon of a name on this machine, anew if there is one. */
  readonly start: (name: string, command: readonly string[]) => void;
  /** Ends a daemon, and all that is in its process group. */
  readonly end: (name: string) => void;
  /** Its living processes on this machine, and those of its jobs. */
  readonly processes: () => readonly number[];
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

/**
 * Starts one, and then its nodes; it takes a few seconds. Whoever starts it must stop it.
 *
 * @param inside - what goes before a command that has to reach it
 */
export async function startController(
  settings: SlurmSettings,
  places: SlurmPlaces,
  inside: readonly string[],
  startNodes: (controller: Controller) => void | Promise<void>,
): Promise<Controller> {
  const folder = mkdtempSync("/tmp/hatchery-slurm-");
  const conf = join(folder, "slurm.conf");
  provideFiles(folder, conf, places, settings);
  const environment = { SLURM_CONF: conf };
  const run = (...command: readonly string[]) => {
    const [program = "", ...words] = [...inside, ...command];
    return execFileSync(program, words, {
      env: { ...process.env, ...environment, PATH },
      encoding: "utf8",
    });
  };
  const daemons = new Map<string, ChildProcess>();
  const end = (name: string) => {
    endGroup(daemons.get(name));
  };
  const controller: Controller = {
    environment,
    run,
    folder,
    conf,
    start: (name, command) => {
      end(name);
      daemons.set(name, startDaemon(folder, name, [...inside, ...command]));
    },
    end,
    processes: () => ofCluster(conf),
    stop: () => stopAll(folder, conf, daemons, run),
  };
  try {
    controller.start("munged", mungeCommand(folder));
    await until(() => existsSync(join(folder, "munge.socket")));
    controller.start("slurmctld", ["slurmctld", "-D", "-f", conf]);
    await startNodes(controller);
    await until(() => idleNodes(run) === settings.nodes, START_MS);
  } catch (error) {
    const logs = readdirSync(join(folder, "logs")).map((name) =>
      readFileSync(join(folder, "logs", name), "utf8").slice(-1500),
    );
    await controller.stop();
    throw new Error(`Slurm did not start:\n${logs.join("\n")}`, { cause: error });
  }
  return controller;
}

function provideFiles(
  folder: string,
  conf: string,
  places: SlurmPlaces,
  settings: SlurmSettings,
): void {
  chmodSync(folder, 0o755);
  for (const name of ["state", "logs"]) mkdirSync(join(folder, name));
  writeFileSync(conf, slurmConf(folder, places, settings));
  writeFileSync(join(folder, "gres.conf"), gresConf(folder, settings));
  // Slurm insists on devices: these are like /dev/null.
  for (const file of gpuFiles(folder, settings.gpus ?? 0))
    execFileSync("mknod", [file, "c", "1", "3"]);
  writeFileSync(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), {
    mode: 0o400,
  });
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
export function mungeCommand(folder: string): readonly string[] {
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

function idleNodes(run: SlurmCommands["run"]): number {
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
  run: SlurmCommands["run"],
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
