/** What one worker's programs may use of a machine, as the variables that say so. */
export type Slot = Readonly<Record<string, string>>;

/** The devices of a machine or a batch job: for each variable that names them, its entries. */
export type Devices = Readonly<Record<string, readonly string[]>>;

/** How many runs share one GPU, for `perRun` < 1. A third is 0.33 or 0.3333. */
const sharers = (perRun: number) => Math.floor(1 / perRun + 1e-9);

/** How many runs so many GPUs take at once. @param perRun - a part of one, or a whole number */
export const runsOnGpus = (gpus: number, perRun: number) =>
  perRun < 1 ? gpus * sharers(perRun) : Math.floor(gpus / perRun);

/** How many GPUs so many runs at once take. */
export const gpusForRuns = (runs: number, perRun: number) =>
  perRun < 1 ? Math.ceil(runs / sharers(perRun)) : runs * perRun;

const CUDA = "CUDA_VISIBLE_DEVICES";
const ROCR = "ROCR_VISIBLE_DEVICES";
const HIP = "HIP_VISIBLE_DEVICES";
/** By which schedulers and people say which GPUs may be used: NVIDIA's, AMD's, OpenCL's, Intel's. */
const DEVICE_VARIABLES = [CUDA, ROCR, HIP, "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK"];

/** The devices that variables name; undefined if none of them is set. */
export function namedDevices(
  environment: Readonly<Record<string, string | undefined>>,
): Devices | undefined {
  const named = DEVICE_VARIABLES.flatMap((name) => {
    const text = environment[name];
    return text === undefined ? [] : [[name, entriesOf(text)] as const];
  });
  if (named.length === 0) return undefined;
  // One that is empty hides another maker's devices.
  return Object.fromEntries(named.filter(([, entries]) => entries.length > 0));
}

/** What comes after an entry that is none (`-1`, `NoDevFiles`) is not seen either. */
function entriesOf(text: string): readonly string[] {
  const entries = text.split(",").map((entry) => entry.trim());
  const end = entries.findIndex((entry) => !/^(?:\d+(?:\.\d+)?|(?:GPU|MIG)-[\w/-]+)$/.test(entry));
  return end === -1 ? entries : entries.slice(0, end);
}

/** The devices of an NVIDIA machine where no variable names any, by what nvidia-smi printed. */
export const listedDevices = (output: string): Devices => ({
  [CUDA]: output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^\d+$/.test(line)),
});

export function countDevices(devices: Devices): number {
  const counts = Object.values(devices).map((entries) => entries.length);
  return counts.length === 0 ? 0 : Math.min(...counts);
}

/**
 * The variables of as many runs as the devices take at once: neighbours are on different GPUs, as far
 * as there are more than one.
 */
export function gpuSlots(devices: Devices, perRun: number): readonly Slot[] {
  const gpus = countDevices(devices);
  return Array.from({ length: runsOnGpus(gpus, perRun) }, (_, index) => {
    const own =
      perRun < 1
        ? [index % gpus]
        : Array.from({ length: perRun }, (_, which) => index * perRun + which);
    return Object.fromEntries(
      Object.entries(devices).map(([name, entries]) => [name, pick(name, entries, own, devices)]),
    );
  });
}

/** HIP counts among those that ROCR leaves. */
function pick(name: string, entries: readonly string[], own: readonly number[], devices: Devices) {
  const isRelative = name === HIP && ROCR in devices;
  return own.map((index, place) => (isRelative ? place : (entries[index] ?? ""))).join(",");
}

/** What numerical libraries take for the number of their threads. */
const THREAD_VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

/** PBS itself gives a job's programs all of its cores, which are those of several runs here. */
const isOfPbs = (name: string, environment: Readonly<Record<string, string | undefined>>) =>
  environment["PBS_JOBID"] !== undefined && environment[name] === environment["NCPUS"];

/** The variables that let a program use so many cores; what somebody has set stays. */
export const coreVariables = (
  cores: number,
  environment: Readonly<Record<string, string | undefined>>,
): Slot =>
  Object.fromEntries(
    THREAD_VARIABLES.filter((name) => !environment[name] || isOfPbs(name, environment)).map(
      (name) => [name, String(cores)],
    ),
  );

/** How many cores the kernel lets a process use, by its `/proc/self/status`; undefined if that does not say. */
export function allowedCores(status: string): number | undefined {
  const [, list] = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status) ?? [];
  return list?.split(",").reduce((sum, part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return sum + Math.max(0, to - from + 1);
  }, 0);
}
