import { counted } from "../../core/counted.ts";
import {
  allowedCores,
  coreVariables,
  countDevices,
  type Devices,
  gpuSlots,
  listedDevices,
  namedDevices,
  type Slot,
} from "../../core/scheduling/slots.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { tryCall } from "../cluster/call.ts";
import type { LaunchOptions } from "./launch-options.ts";

/** Cores of the batch job that a launch is part of: as its script was told, and as Slurm says. */
export const JOB_CPUS_VARIABLE = "HATCHERY_JOB_CPUS";
const CPU_VARIABLES = [JOB_CPUS_VARIABLE, "SLURM_CPUS_ON_NODE"];
const ASK_NVIDIA = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"];

type SlotHost = Pick<Host, "environment" | "files" | "processes" | "terminal">;
type Asked = Pick<LaunchOptions, "nProcesses" | "gpusPerRun" | "cpusPerRun">;

/**
 * What each worker of a launch on this machine may use: as many as were asked for, but never more than
 * there are slots; without a number, as many as there are.
 * @throws UserError `unavailable` where there is not one
 */
export async function findSlots(asked: Asked, host: SlotHost): Promise<readonly Slot[]> {
  const { nProcesses, gpusPerRun, cpusPerRun } = asked;
  const byGpus = gpusPerRun === undefined ? undefined : await gpuSlotsHere(gpusPerRun, host);
  const byCores = cpusPerRun === undefined ? undefined : coreSlotsHere(cpusPerRun, host);
  const limit = Math.min(byGpus?.length ?? Infinity, byCores?.length ?? Infinity);
  const count = Math.min(nProcesses ?? (limit === Infinity ? 1 : limit), limit);
  if (nProcesses !== undefined && count < nProcesses) {
    const what = count === byGpus?.length ? "GPUs" : "cores";
    host.terminal.note(
      `${counted(count, "worker")} instead of ${nProcesses}: there are ${what} for no more.`,
    );
  }
  return Array.from({ length: count }, (_, index) => ({
    ...byGpus?.[index],
    ...byCores?.[index],
  }));
}

async function gpuSlotsHere(perRun: number, host: SlotHost): Promise<readonly Slot[]> {
  const devices = namedDevices(host.environment) ?? (await devicesOfMachine(host));
  const slots = gpuSlots(devices, perRun);
  if (slots.length > 0) return slots;
  throw new UserError(
    "unavailable",
    `--gpus_per_run ${perRun}: there are ${counted(countDevices(devices), "GPU")} here that may be used.`,
    "Ask the scheduler for them by --gpus, or name them: CUDA_VISIBLE_DEVICES=0,1 (ROCR_VISIBLE_DEVICES for AMD's).",
  );
}

async function devicesOfMachine(host: SlotHost): Promise<Devices> {
  const printed = await tryCall({ command: ASK_NVIDIA }, host);
  return printed === undefined ? {} : listedDevices(printed);
}

function coreSlotsHere(perRun: number, { environment, files }: SlotHost): readonly Slot[] {
  const told = CPU_VARIABLES.map((name) => Number(environment[name])).filter((cores) => cores > 0);
  const allowed = allowedCores(files.read("/proc/self/status") ?? "");
  const cores = Math.min(...told, allowed ?? Infinity);
  if (cores === Infinity)
    throw new UserError(
      "unavailable",
      "--cpus_per_run: this system does not say how many cores there are.",
      "Give --n_processes instead.",
    );
  const count = Math.floor(cores / perRun);
  if (count > 0) return Array(count).fill(coreVariables(perRun, environment)) as readonly Slot[];
  throw new UserError(
    "unavailable",
    `--cpus_per_run ${perRun}: there are only ${counted(cores, "core")} here that may be used.`,
    "Ask for fewer cores for each run.",
  );
}
