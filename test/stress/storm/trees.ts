import { readFileSync } from "node:fs";

import { childrenOf } from "../../support/processes.ts";

/** The processes of a worker, by their ids. */
export type WorkerTree = {
  readonly pid: number;
  readonly supervisors: readonly number[];
  readonly programs: readonly number[];
};

/** The processes of a launcher, by their ids. */
export type LauncherTree = { readonly pid: number; readonly workers: readonly WorkerTree[] };

export function treeOf(launcher: number): LauncherTree {
  const workers = childrenOf(launcher).map((pid) => {
    const supervisors = childrenOf(pid);
    return { pid, supervisors, programs: supervisors.flatMap(childrenOf) };
  });
  return { pid: launcher, workers };
}

export const allOf = ({ pid, workers }: LauncherTree): readonly number[] => [
  pid,
  ...workers.flatMap(({ pid: worker, supervisors, programs }) => [
    worker,
    ...supervisors,
    ...programs,
  ]),
];

/** The 24 digits of the worker that a supervisor or a program belongs to. */
export function workerDigits(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, "utf8");
    return /(?:^|\0)HATCHERY_WORKER=([0-9a-f]+)/.exec(text)?.[1];
  } catch {
    // It has ended.
    return undefined;
  }
}
