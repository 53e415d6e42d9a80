import { commandLine, processesWith, signalIfAlive } from "../processes.ts";
import { type SlurmCommands, startController } from "./controller.ts";
import { nodeName, type SlurmSettings } from "./settings.ts";

/** A real Slurm of several nodes on this machine, with its own authentication and its own ports. */
export type Slurm = SlurmCommands & {
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

/** More than a cluster takes: another process of the tests may start one at the same time. */
const PORTS = 16;
const HERE = "127.0.0.1";

/** Starts one; it takes a few seconds. Whoever starts it must stop it. */
export async function startSlurm(settings: SlurmSettings): Promise<Slurm> {
  const places = { controller: HERE, node: () => HERE, port: 20_000 + PORTS * (process.pid % 600) };
  const nodes = Array.from({ length: settings.nodes }, (_, index) => index);
  const controller = await startController(settings, places, [], ({ start, conf }) => {
    for (const index of nodes) start(nodeName(index), nodeCommand(conf, nodeName(index)));
  });
  const { environment, run, conf, start, end, processes, stop } = controller;
  return {
    environment,
    run,
    killJob: (id) => {
      // Another cluster has jobs of the same ids.
      const mine = new Set(processes());
      const pids = processesWith([`HATCHERY_JOB_ID=${id}`]).filter((pid) => mine.has(pid));
      for (const signal of ["SIGSTOP", "SIGKILL"] as const)
        for (const pid of pids) signalIfAlive(pid, signal);
    },
    killDaemon: (index) => {
      const ends = ["-N", nodeName(index)].join("\0");
      for (const pid of processes()) {
        const words = commandLine(pid);
        if (words.startsWith("slurmd\0") && words.endsWith(ends)) signalIfAlive(pid, "SIGKILL");
      }
    },
    killNode: (index) => {
      end(nodeName(index));
    },
    restartNode: (index) => {
      start(nodeName(index), nodeCommand(conf, nodeName(index)));
    },
    stop,
  };
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
