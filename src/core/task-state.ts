import { formatOwner, type Owner, parseOwner } from "./run-state.ts";

/**
 * What is done once for a whole search when its runs are settled, by whichever worker gets it. A task
 * has a folder in the storage, and in it one flag:
 *
 *             take                     done
 *     todo ─────────▶ ongoing.<owner> ──────▶ completed | failed
 *                       ▲  │ holder gone           │ runs have come since, or on request
 *                       └──┴───────────────────────┘
 */
export type TaskState =
  | { readonly kind: "todo" }
  | { readonly kind: "ongoing"; readonly owner: Owner | undefined }
  | { readonly kind: "completed" }
  | { readonly kind: "failed" };

/** The tasks of a search: the folder of each, and how its flags begin. */
export const TASKS = {
  plotArrays: { folder: "plot_arrays", prefix: "PLOT_ARRAYS" },
  summary: { folder: "summary", prefix: "SUMMARY" },
} as const;
export type Task = (typeof TASKS)[keyof typeof TASKS];

/** Those that are done when a search is settled, in their order. */
export const SETTLED_TASKS: readonly Task[] = [TASKS.plotArrays, TASKS.summary];

export const todoFlag = ({ prefix }: Task) => `${prefix}_TODO`;
export const completedFlag = ({ prefix }: Task) => `${prefix}_COMPLETED`;
export const failedFlag = ({ prefix }: Task) => `${prefix}_FAILED`;
export const ongoingFlag = ({ prefix }: Task, owner: Owner) =>
  `${prefix}_ONGOING.${formatOwner(owner)}`;

/** What `name`, found in a task's folder, says; undefined if it is no flag of the task. */
export function taskStateOf(task: Task, name: string): TaskState | undefined {
  if (name === todoFlag(task)) return { kind: "todo" };
  if (name === completedFlag(task)) return { kind: "completed" };
  if (name === failedFlag(task)) return { kind: "failed" };
  // A bare one is the description's own, of an older tool.
  if (name === `${task.prefix}_ONGOING`) return { kind: "ongoing", owner: undefined };
  const held = `${task.prefix}_ONGOING.`;
  if (!name.startsWith(held)) return undefined;
  return { kind: "ongoing", owner: parseOwner(name.slice(held.length)) };
}

/** The flags of a task among the names in its folder, in a fixed order. */
export function taskFlagsAmong(task: Task, names: readonly string[]): readonly string[] {
  return names.filter((name) => taskStateOf(task, name) !== undefined).sort();
}
