import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { type Cluster, startCluster, whyNoCluster } from "../network-cluster/cluster.ts";
import { type Controller, mungeCommand, startController, whyNoSlurm } from "./controller.ts";
import { nodeName, type SlurmSettings } from "./settings.ts";

/** A real Slurm over several machines that have a network file system between them. */
export type Machines = {
  /** Slurm's traffic goes over its network `witness`, not over the one of the files. */
  readonly cluster: Cluster;
  readonly slurm: Controller;
  readonly stop: () => Promise<void>;
};

const PORT = 6_817;
const SCRIPT = resolve("test/support/slurm/on-machine.sh");

/** Says why there can be no such machines here; undefined if there can be. */
export const whyNoMachines = () => whyNoCluster() ?? whyNoSlurm();

/** Starts them; it takes 10 to 40 s. Whoever starts them must stop them. */
export async function startMachines(
  settings: SlurmSettings,
  mountOptions: string,
): Promise<Machines> {
  const { nodes } = settings;
  const cluster = await startCluster({ nodes, mountOptions, clocksAhead: [] });
  const node = (index: number) => cluster.witnessAddress(index + 1);
  const places = { controller: cluster.witnessHost, node, port: PORT };
  try {
    const slurm = await startController(settings, places, cluster.inNetwork, ({ folder }) =>
      startDaemons(cluster, folder),
    );
    const stop = async () => {
      try {
        await slurm.stop();
      } finally {
        await cluster.stop();
      }
    };
    return { cluster, slurm, stop };
  } catch (error) {
    const said = cluster.nodes.map((one) => lastWords(cluster.own(one)));
    await cluster.stop();
    throw new Error(`Slurm did not start on the machines:\n${said.join("\n")}`, { cause: error });
  }
}

async function startDaemons(cluster: Cluster, folder: string): Promise<void> {
  await Promise.all(
    cluster.nodes.map(async (node) => {
      const words = [folder, nodeName(node - 1), ...mungeCommand(folder)];
      const { code, stderr } = await cluster.run(node, ["bash", SCRIPT, ...words]);
      if (code !== 0) throw new Error(`Machine ${node}: ${stderr}`);
    }),
  );
}

function lastWords(folder: string): string {
  const logs = ["munged.log", "slurmd.log"].map((name) => join(folder, name)).filter(existsSync);
  return logs.map((log) => readFileSync(log, "utf8").slice(-1500)).join("\n");
}
