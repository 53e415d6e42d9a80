import type { Scheduler } from "./scheduler.ts";
import { lsf } from "./lsf.ts";
import { oar } from "./oar.ts";
import { pbs, torque } from "./pbs.ts";
import { sge } from "./sge.ts";
import { slurm } from "./slurm.ts";

/** Those that are known by name. */
export const SCHEDULERS: readonly Scheduler[] = [slurm, oar, pbs, torque, sge, lsf];
