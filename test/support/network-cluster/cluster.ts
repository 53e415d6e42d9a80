import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";

import { isAlive, signalIfAlive } from "../processes.ts";
import type { CommandEnd } from "../commands.ts";
import { inNetwork, makeNetwork, type Network, removeNetwork, setCut } from "./network.ts";

/**
 * Machines with a network file system between them, on this machine: each node is a Linux in user
 * mode, a real client of a real NFSv4.2 server, in a network namespace that belongs to this cluster
 * alone. A node's root is the host's, so that node and our own programs are there.
 *
 *     host     brfiles 10.99.0.1  the server        brwitness 10.98.0.1
 *     node i   vec0    10.99.0.1i the shared folder vec1      10.98.0.1i  everything else
 */
export type Cluster = {
  /** The shared folder as the server sees it. */
  readonly exported: string;
  readonly nodes: readonly number[];
  /** The host's address on the network of everything else. */
  readonly witnessHost: string;
  /** A node's address there. */
  readonly witnessAddress: (node: number) => string;
  /** What goes before a command of the host's for it to be run in the cluster's network. */
  readonly inNetwork: readonly string[];
  /** A folder of a node's that the host sees as well; the node has it as OWN. */
  readonly own: (node: number) => string;
  /** Runs a command on a node, from the working folder of this process. */
  readonly run: (node: number, command: readonly string[]) => Promise<Omit<CommandEnd, "signal">>;
  /** Starts a program of ours on the host, in the cluster's network; it is ended with the cluster. */
  readonly startInNetwork: (command: readonly string[]) => void;
  /** Takes a node off one of the networks, or puts it back. */
  readonly setCut: (node: number, isCut: boolean, network?: Network) => void;
  /** Ends a node as a power cut does. */
  readonly powerOff: (node: number) => Promise<void>;
  readonly restartServer: () => void;
  readonly stop: () => Promise<void>;
};

export type ClusterSettings = {
  readonly nodes: number;
  /** Of the clients, such as `actimeo=1`. */
  readonly mountOptions: string;
  /** How far each node's clock is ahead, s. */
  readonly clocksAhead: readonly number[];
};

/** Where the nodes have the shared folder. */
export const SHARED = "/mnt/nfs";
/** Where each node has its own folder. */
export const OWN = "/run/own";

const HERE = resolve("test/support/network-cluster");
const BOOT_SECONDS = 90;
const SHUTDOWN_MS = 5_000;
const MEMORY = "1G";
/** What was forgotten, since whoever had started it was killed, ends by itself. */
const LIFETIME_SECONDS = 7200;
/** A server that was killed may hold its lock for a moment longer, and the next one then gives up. */
const AGAIN_UNTIL_IT_STARTS = ["bash", "-c", 'for i in {1..200}; do "$@"; sleep 0.1; done', "bash"];
/** Shorter than a cut, so that a node that was cut off has lost what it had opened. */
const SERVER_LEASE_SECONDS = 10;

/** Says why there can be no cluster here; undefined if there can be one. */
export function whyNoCluster(): string | undefined {
  if (process.getuid?.() !== 0) return "it takes root";
  if (!existsSync("/dev/net/tun")) return "there is no /dev/net/tun";
  const tools = ["ganesha.nfsd", "mount.nfs4", "linux.uml", "modprobe", "ip", "ethtool"];
  const folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];
  const missing = tools.filter((tool) => !folders.some((one) => existsSync(join(one, tool))));
  if (missing.length === 0) return undefined;
  return `${missing.join(", ")} are missing: run test/support/network-cluster/set-up.sh`;
}

/** Starts one; it takes 5 to 30 s. Whoever starts it must stop it. */
export async function startCluster(settings: ClusterSettings): Promise<Cluster> {
  // The kernel's command line takes no spaces.
  const folder = mkdtempSync("/tmp/hatchery-cluster-");
  const network = basename(folder);
  const nodes = Array.from({ length: settings.nodes }, (_, index) => index + 1);
  const machines: number[] = [];
  const others: number[] = [];
  let server = 0;
  const startServer = () => {
    const lifetime = ["timeout", "--signal=KILL", String(LIFETIME_SECONDS)];
    const command = [...lifetime, ...AGAIN_UNTIL_IT_STARTS, ...serverCommand(folder)];
    server = startInside(folder, "server", command);
    others.push(server);
  };
  const stop = () => stopCluster(folder, machines, others);
  try {
    makeNetwork(network, nodes);
    provideModules();
    for (const name of ["export", "recovery"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "ganesha.conf"), serverSettings(folder));
    mkdirSync("/run/ganesha", { recursive: true });
    startServer();
    for (const node of nodes) {
      machines.push(startInside(folder, `node${node}`, nodeCommand(folder, node, settings)));
    }
    await booted(folder, nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    exported: join(folder, "export"),
    nodes,
    witnessHost: "10.98.0.1",
    witnessAddress: (node) => `10.98.0.${10 + node}`,
    inNetwork: inNetwork(network),
    own: (node) => join(folder, `n${node}`),
    run: (node, command) => runOn(join(folder, `n${node}`), command),
    startInNetwork: (command) => {
      others.push(startInside(folder, "host", command));
    },
    setCut: (node, isCut, kind = "files") => {
      setCut(network, `${kind}${node}`, isCut ? undefined : kind);
    },
    powerOff: async (node) => {
      const [machine] = machines.slice(node - 1);
      if (machine === undefined) throw new Error(`There is no node ${node}`);
      signalIfAlive(-machine, "SIGKILL");
      while (isAlive(machine)) await pause(50);
    },
    restartServer: () => {
      signalIfAlive(-server, "SIGKILL");
      startServer();
    },
    stop,
  };
}

/** Starts a process group of its own. @returns its leader's id */
function startInside(folder: string, log: string, command: readonly string[]): number {
  const output = openSync(join(folder, `${log}.log`), "a");
  const [program = "", ...words] = [...inNetwork(basename(folder)), ...command];
  const child = spawn(program, words, {
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  if (child.pid === undefined) throw new Error(`Could not start ${command.join(" ")}`);
  return child.pid;
}

/** The nodes look for their kernel's modules where the host has its own. */
function provideModules(): void {
  const [version = ""] = readdirSync("/usr/lib/uml/modules");
  mkdirSync("/lib/modules", { recursive: true });
  const link = join("/lib/modules", version);
  if (!existsSync(link)) symlinkSync(join("/usr/lib/uml/modules", version), link);
}

function serverCommand(folder: string): readonly string[] {
  const [settings, log, pid] = ["conf", "log", "pid"].map((end) => join(folder, `ganesha.${end}`));
  return ["ganesha.nfsd", "-F", "-f", `${settings}`, "-L", `${log}`, "-p", `${pid}`];
}

function serverSettings(folder: string): string {
  return `
NFS_CORE_PARAM { Protocols = 4; NFS_Port = 2049; Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false; Bind_addr = 10.99.0.1; }
NFSv4 { Graceless = true; Minor_Versions = 0,1,2; RecoveryBackend = fs; RecoveryRoot = "${folder}/recovery"; Lease_Lifetime = ${SERVER_LEASE_SECONDS}; }
EXPORT { Export_Id = 1; Path = ${folder}/export; Pseudo = /export; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 4; Transports = TCP; FSAL { Name = VFS; } }
`;
}

function nodeCommand(folder: string, node: number, settings: ClusterSettings): readonly string[] {
  mkdirSync(join(folder, `n${node}`));
  return [
    "linux.uml",
    `mem=${MEMORY}`,
    ...["root=/dev/root", "rootfstype=hostfs", "rw", `init=${HERE}/node-init.sh`],
    `vec0:transport=tap,ifname=files${node},depth=64`,
    `vec1:transport=tap,ifname=witness${node},depth=64`,
    ...["con=null", "con0=null,fd:1", "con1=null", "quiet", `umid=${basename(folder)}-n${node}`],
    ...[`node=n${node}`, `number=${node}`, `folder=${folder}`],
    `mount=${["vers=4.2", settings.mountOptions].filter(Boolean).join(",")}`,
    `seconds=${LIFETIME_SECONDS}`,
    `ahead=${settings.clocksAhead[node - 1] ?? 0}`,
  ];
}

async function booted(folder: string, nodes: readonly number[]): Promise<void> {
  const deadlineMs = performance.now() + 1000 * BOOT_SECONDS;
  while (!nodes.every((node) => existsSync(join(folder, `n${node}`, "ready")))) {
    if (performance.now() > deadlineMs) {
      const words = nodes.map((node) => readFileSync(join(folder, `node${node}.log`), "utf8"));
      throw new Error(`The nodes are not up after ${BOOT_SECONDS} s:\n${words.join("\n")}`);
    }
    await pause(100);
  }
}

let jobs = 0;

async function runOn(own: string, command: readonly string[]): Promise<Omit<CommandEnd, "signal">> {
  const name = join(own, `job${++jobs}`);
  const quoted = [process.cwd(), ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const [folder = "", ...words] = quoted;
  writeFileSync(`${name}.tmp`, `cd ${folder} && exec ${words.join(" ")}\n`);
  renameSync(`${name}.tmp`, `${name}.job`);
  while (!existsSync(`${name}.code`)) {
    if (!existsSync(own))
      throw new Error(`The cluster was stopped while a node was to run ${words.join(" ")}`);
    await pause(100);
  }
  const read = (part: string) => readFileSync(`${name}.${part}`, "utf8");
  return { code: Number(read("code")), stdout: read("out"), stderr: read("err") };
}

async function stopCluster(
  folder: string,
  machines: readonly number[],
  others: readonly number[],
): Promise<void> {
  writeFileSync(join(folder, "stop"), "");
  const deadlineMs = performance.now() + SHUTDOWN_MS;
  while (machines.some(isAlive) && performance.now() < deadlineMs) await pause(50);
  const all = [...machines, ...others];
  for (const pid of all) signalIfAlive(-pid, "SIGKILL");
  while (all.some(isAlive)) await pause(50);
  removeNetwork(basename(folder));
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
