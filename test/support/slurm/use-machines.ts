import { mkdirSync, mkdtempSync } from "node:fs";
import { basename, join } from "node:path";

import { useCluster } from "../cluster-search.ts";
import { ourCommand } from "../commands.ts";
import { OWN, SHARED } from "../network-cluster/cluster.ts";
import { type Machines, startMachines, whyNoMachines } from "./machines.ts";
import type { SlurmSettings } from "./settings.ts";
import { endJobs } from "./use-slurm.ts";

/** Machines with one Slurm for all tests of a suite; each test has a folder that they share. */
export const useMachines = (settings: SlurmSettings, mountOptions: string) =>
  useCluster<Machines>({
    name: "Slurm over several machines",
    whyNot: whyNoMachines,
    start: () => startMachines(settings, mountOptions),
    stop: (machines) => machines.stop(),
    endJobs: ({ slurm }) => endJobs(slurm),
    withFolder:
      (body, { cluster }) =>
      async () => {
        // It goes with the cluster.
        const folder = mkdtempSync(join(cluster.exported, "it's a test-"));
        for (const node of cluster.nodes) mkdirSync(tellingOf(cluster, folder, node));
        await body(folder);
      },
    telling: ({ cluster }, folder) => ({
      there: join(OWN, basename(folder)),
      here: cluster.nodes.map((node) => tellingOf(cluster, folder, node)),
    }),
    // They are root's, as everything here.
    handOver: () => undefined,
    run: async ({ cluster, slurm }, name, args, folder) => {
      const where = [`--chdir=${join(SHARED, basename(folder))}`, `SLURM_CONF=${slurm.conf}`];
      const end = await cluster.run(1, ["env", ...where, ...ourCommand(name), ...args]);
      return { ...end, signal: null };
    },
  });

/** Where the runs of a node tell what they do, and look for a file `hold`, as the host sees it. */
export const tellingOf = ({ own }: Machines["cluster"], folder: string, node: number) =>
  join(own(node), basename(folder));
