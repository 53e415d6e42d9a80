import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

import { childrenOf, commandLine, isAlive, processesWith, signalIfAlive } from "../processes.ts";
import { until } from "../small-project.ts";

/**
 * A real OAR with its own PostgreSQL, its server and its nodes, on a machine of its own: in namespaces
 * of which the host sees no more than processes (machine.sh). Nobody there is root.
 */
export type Oar = {
  /** The words before a command by which the host starts it as OAR's user there, in a folder. */
  readonly command: (folder: string, ...words: readonly string[]) => readonly string[];
  /** Runs a command as OAR's user. @returns what it printed */
  readonly run: (...words: readonly string[]) => string;
  /** Lets OAR's user write to a folder and all that is in it. */
  readonly handOver: (folder: string) => void;
  /** The database stops to answer, or goes on. */
  readonly setDatabase: (signal: "SIGSTOP" | "SIGCONT") => void;
  /** The living processes of a job, by their ids on the host. */
  readonly processesOf: (id: string) => readonly number[];
  /** Stops all of them, so that nothing of it does what it ought to. */
  readonly freezeJob: (id: string) => void;
  /** Ends everything, the jobs' processes too. */
  readonly stop: () => Promise<void>;
};

export type OarSettings = {
  readonly nodes: number;
  /** That each node claims to have, whatever the machine has. */
  readonly cpus: number;
};

const USER = "searcher";
/** Of nobody else, as far as one can tell. */
const UID = 61_234;
/** What was forgotten, since whoever had started it was killed, ends by itself. */
const LIFETIME_SECONDS = "1800";
const START_MS = 60_000;
const NAMESPACES = ["--mount", "--pid", "--net", "--uts", "--ipc"];
const TOOLS = ["oarsub", "oarnodesetting", "oar-database", "sshd", "unshare", "nsenter", "ip"];

/** Says why there can be no OAR here; undefined if there can be one. */
export function whyNoOar(): string | undefined {
  if (process.getuid?.() !== 0) return "it takes root";
  if (!/\boverlay$/m.test(readFileSync("/proc/filesystems", "utf8")))
    return "the kernel has no overlay file system";
  const folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];
  const missing = TOOLS.filter((tool) => !folders.some((one) => existsSync(join(one, tool))));
  if (!hasPostgres()) missing.push("postgres");
  if (missing.length === 0) return undefined;
  return `${missing.join(", ")} are missing: run test/support/oar/set-up.sh`;
}

/** Debian keeps it out of the PATH, by versions. */
function hasPostgres(): boolean {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.some((version) => existsSync(join(root, version, "bin/postgres")));
}

/** Starts one; it takes a few seconds. Whoever starts it must stop it. */
export async function startOar({ nodes, cpus }: OarSettings): Promise<Oar> {
  const folder = mkdtempSync("/tmp/hatchery-oar-");
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "logs"));
  const leader = startMachine(folder, nodes, cpus);
  const stop = async () => {
    signalIfAlive(-leader, "SIGKILL");
    await until(() => !isAlive(leader) && !isAlive(machine));
    rmSync(folder, { recursive: true, force: true });
  };
  // timeout, unshare, and the machine's first process.
  const first = () => [leader].flatMap(childrenOf).flatMap(childrenOf)[0] ?? 0;
  let machine = 0;
  try {
    await until(() => existsSync(join(folder, "ready")) || !isAlive(leader), START_MS);
    machine = first();
    if (machine === 0) throw new Error("Its machine has ended.");
  } catch (error) {
    const logs = readdirSync(join(folder, "logs")).map(
      (name) => `${name}: ${readFileSync(join(folder, "logs", name), "utf8").slice(-1500)}`,
    );
    await stop();
    throw new Error(`OAR did not start:\n${logs.join("\n")}`, { cause: error });
  }
  const inside = ["nsenter", `--target=${machine}`, ...NAMESPACES];
  const home = join(folder, "private/home");
  const command = (where: string, ...words: readonly string[]) => [
    ...inside,
    `--wdns=${where}`,
    ...["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"],
    ...["env", `HOME=${home}`, `USER=${USER}`, `LOGNAME=${USER}`, `PWD=${where}`],
    ...words,
  ];
  const processesOf = (id: string) => {
    const inIt = new Set(descendantsOf(machine));
    return processesWith([`HATCHERY_JOB_ID=${id}`]).filter((pid) => inIt.has(pid));
  };
  return {
    command,
    processesOf,
    run: (...words) => execute(command(home, ...words)),
    handOver: (path) => execFileSync("chown", ["-R", `${UID}:${UID}`, path]),
    setDatabase: (signal) => {
      for (const pid of descendantsOf(machine))
        if (commandLine(pid).includes("postgres")) signalIfAlive(pid, signal);
    },
    freezeJob: (id) => {
      for (const pid of processesOf(id)) signalIfAlive(pid, "SIGSTOP");
    },
    stop,
  };
}

/** @returns the leader of a process group */
function startMachine(folder: string, nodes: number, cpus: number): number {
  const log = openSync(join(folder, "logs/machine"), "a");
  // What our commands and the tests' programs are read from, wherever it lies.
  const seen = [resolve("."), dirname(realpathSync(process.execPath))];
  const script = resolve("test/support/oar/machine.sh");
  const what = [folder, String(nodes), String(cpus), USER, String(UID), ...seen];
  const namespaces = [...NAMESPACES, "--mount-proc", "--fork", "--kill-child"];
  const command = ["--signal=KILL", LIFETIME_SECONDS, "unshare", ...namespaces];
  const { pid } = spawn("timeout", [...command, "bash", script, ...what], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  if (pid === undefined) throw new Error("timeout could not be started");
  return pid;
}

const execute = ([program = "", ...words]: readonly string[]) =>
  execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const descendantsOf = (pid: number): readonly number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
