import { join } from "node:path";

import { useCluster } from "../cluster-search.ts";
import { runCommand } from "../commands.ts";
import { until } from "../small-project.ts";
import { withTempDirectory } from "../temp-directory.ts";
import type { SlurmSettings } from "./settings.ts";
import { type Slurm, startSlurm, whyNoSlurm } from "./slurm.ts";

/** One Slurm for all tests of a suite; commands find the stand-ins in a test's folder first. */
export const useSlurm = (settings: SlurmSettings) =>
  useCluster<Slurm>({
    name: "Slurm",
    whyNot: whyNoSlurm,
    start: () => startSlurm(settings),
    stop: (slurm) => slurm.stop(),
    endJobs,
    withFolder: withTempDirectory,
    // It is root's, who submits here.
    handOver: () => undefined,
    run: ({ environment }, name, args, folder) => {
      const PATH = `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`;
      return runCommand(name, args, folder, { ...environment, PATH });
    },
  });

/** Ends all jobs, and waits until they are over. */
export async function endJobs(slurm: Slurm): Promise<void> {
  slurm.run("scancel", "--me");
  await until(() => slurm.run("squeue", "-h", "--me") === "");
}
