import { hostname } from "node:os";
import { join } from "node:path";

/** What a cluster of a test is like. */
export type SlurmSettings = {
  readonly nodes: number;
  /** That each node claims to have, whatever the machine has. */
  readonly cpus: number;
  readonly maxArraySize: number;
  /** GPUs of each node, as far as Slurm can tell; none by default. */
  readonly gpus?: number;
  /** Whether each job goes to the emptiest node; else nodes are filled one after the other. */
  readonly spread?: boolean;
};

/** Where a cluster's daemons listen. */
export type SlurmPlaces = {
  /** The controller's address. */
  readonly controller: string;
  readonly node: (index: number) => string;
  /** The controller's; the nodes' follow. */
  readonly port: number;
};

/**
 * The text of slurm.conf: several nodes, a partition `low` whose jobs give way to those of `high`, and
 * everything that Slurm waits for as short as it can be.
 *
 * @param folder - of the cluster's own files, absolute, without spaces
 */
export function slurmConf(
  folder: string,
  { controller, node, port }: SlurmPlaces,
  { nodes, cpus, maxArraySize, gpus = 0, spread = false }: SlurmSettings,
): string {
  const names = Array.from({ length: nodes }, (_, index) => nodeName(index));
  const everywhere = `Nodes=${names.join(",")} MaxTime=INFINITE State=UP LLN=${spread ? "YES" : "NO"}`;
  return `ClusterName=hatchery
SlurmctldHost=${hostname()}(${controller})
SlurmctldPort=${port}
SlurmUser=root
AuthType=auth/munge
# cred_expire is also how long a job that was put back waits before it may start again.
AuthInfo=socket=${join(folder, "munge.socket")},cred_expire=5
StateSaveLocation=${join(folder, "state")}
SlurmdSpoolDir=${join(folder, "spool-%n")}
SlurmctldPidFile=${join(folder, "slurmctld.pid")}
SlurmdPidFile=${join(folder, "slurmd-%n.pid")}
MpiDefault=none
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmdParameters=config_overrides
SlurmctldTimeout=30
SlurmdTimeout=10
UnkillableStepTimeout=60
KillWait=5
MinJobAge=3600
MaxArraySize=${maxArraySize}
MaxJobCount=20000
PriorityType=priority/basic
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
${gpus > 0 ? "GresTypes=gpu" : ""}
${names
  .map(
    (name, index) =>
      `NodeName=${name} NodeHostname=${name} NodeAddr=${node(index)} Port=${port + 1 + index} CPUs=${cpus} Boards=1 SocketsPerBoard=1 CoresPerSocket=${cpus} ThreadsPerCore=1 RealMemory=1000${gpus > 0 ? ` Gres=gpu:${gpus}` : ""} State=UNKNOWN`,
  )
  .join("\n")}
PartitionName=normal ${everywhere} PriorityTier=50 PreemptMode=OFF Default=YES
PartitionName=high ${everywhere} PriorityTier=100 PreemptMode=OFF
PartitionName=low ${everywhere} PriorityTier=1 PreemptMode=REQUEUE GraceTime=0
`;
}

/** The text of gres.conf: devices that Slurm takes for GPUs. */
export const gresConf = (folder: string, { gpus = 0 }: SlurmSettings) =>
  gpuFiles(folder, gpus)
    .map((file) => `Name=gpu File=${file}\n`)
    .join("");

export const gpuFiles = (folder: string, gpus: number) =>
  Array.from({ length: gpus }, (_, index) => join(folder, `gpu${index}`));

/** n1, n2, … */
export const nodeName = (index: number) => `n${index + 1}`;
