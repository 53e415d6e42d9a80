import type { Scheduler } from "./scheduler.ts";
import { slurm } from "./slurm.ts";

/** Those that are known by name. */
export const SCHEDULERS: readonly Scheduler[] = [slurm];
