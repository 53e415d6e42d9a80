import { describeCause } from "../../core/run-record.ts";
import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  PENDING_FLAG,
  type RunState,
  stateOfFlag,
} from "../../core/run-state.ts";
import { shellWord } from "../../core/shell-word.ts";
import type { KnownAttempt } from "../../tree/run-history.ts";
import type { HolderReport } from "./holder.ts";

/** What a run's state means, and what can be done about it. */
export type Advice = {
  /** What it means, and what would have to happen for the run to go on; sentences. */
  readonly meaning: string;
  readonly actions: readonly Action[];
};

/** Something that a person can do. */
export type Action = {
  readonly what: string;
  /** For a shell in the working folder. */
  readonly command: string;
};

/** What advice rests on. Texts are words for a shell. */
export type Situation = {
  readonly state: RunState;
  /** A listing of the run folder. */
  readonly names: readonly string[];
  readonly attempts: readonly KnownAttempt[];
  readonly holder: HolderReport | undefined;
  readonly folder: string;
  /** Flags that name the storage. */
  readonly selection: string;
  readonly label: string;
  readonly hasConfig: boolean;
};

export function advise(situation: Situation): Advice {
  const { state } = situation;
  switch (state.kind) {
    case "pending":
      return pending(situation);
    case "running":
      return running(situation);
    case "completed":
      return {
        meaning: "It has completed; nothing will run it again.",
        actions: logAction(situation),
      };
    case "crashed":
      return crashed(situation);
    case "resetting":
      return resetting(situation);
    case "none":
      return flagless(situation);
    case "conflict":
      return conflict(situation, state.flags);
  }
}

function pending(situation: Situation): Advice {
  const { attempts, selection, hasConfig } = situation;
  const last = attempts.at(-1);
  const reason =
    last?.record === undefined ? "" : ` (${firstLine(describeCause(last.record.cause))})`;
  const former =
    last === undefined
      ? ""
      : ` Attempt ${last.attempt} was put back${reason}; the next one is told to resume from its checkpoints.`;
  const config = hasConfig ? "" : " It has no config.json, and will crash until that is restored.";
  return {
    meaning: `It waits for a worker to claim it: one that runs, when it gets there (seed 1 of all experiments comes first), or a new one.${former}${config}`,
    actions: [
      { what: "run it, with all that waits in its storage", command: `allaunch ${selection}` },
    ],
  };
}

function running(situation: Situation): Advice {
  const { holder, selection, label } = situation;
  const verdict = holder?.verdict ?? "alive";
  if (verdict === "alive") {
    return {
      meaning:
        "It is being executed. It ends COMPLETED or CRASH, or goes back to UNHATCHED when its worker is told to stop.",
      actions: [{ what: "follow its output", command: `alstatus --log ${label} --follow` }],
    };
  }
  if (verdict === "silent") {
    return {
      meaning:
        "Its worker has given no sign of life for its lease. If a second look finds it unchanged, the run is taken over.",
      actions: [
        { what: "look twice, and put it back if nobody has it", command: `alclean ${selection}` },
      ],
    };
  }
  return {
    meaning:
      "It was interrupted: its worker is gone. Any worker that finds nothing else to claim takes it over, and it is told to resume from its checkpoints.",
    actions: [
      { what: "put it back now, with all that was interrupted", command: `alclean ${selection}` },
      { what: "put it back and run it", command: `allaunch ${selection}` },
    ],
  };
}

function crashed(situation: Situation): Advice {
  const { selection } = situation;
  return {
    meaning:
      "Its program failed. It is not run again unless somebody asks for it; its checkpoints and recordings are kept.",
    actions: [
      ...logAction(situation),
      {
        what: "put the storage's crashed runs back",
        command: `alclean ${selection} --clean_crashes`,
      },
      { what: "run them again after that", command: `allaunch ${selection}` },
    ],
  };
}

function resetting({ holder, selection }: Situation): Advice {
  const dead = holder?.verdict === "gone" || holder?.verdict === "expired";
  return {
    meaning: dead
      ? "Whoever was putting it back to UNHATCHED is gone. Whoever takes over carries out the same plan."
      : "Somebody is putting it back to UNHATCHED, and waits until its former owner must have noticed.",
    actions: dead ? [{ what: "finish putting it back", command: `alclean ${selection}` }] : [],
  };
}

function flagless(situation: Situation): Advice {
  const { names, folder, selection } = situation;
  const why =
    "It has no flag: an older tool or a hand made the folder, or it is still being copied. No worker touches it.";
  const back = restoring(situation);
  if (!names.includes(".adopted")) {
    const adopt = "adopt all such folders of the storage, once nothing is copied there any more";
    return {
      meaning: `${why} A folder can be adopted once: it then gets a fresh UNHATCHED, and runs (again).`,
      actions: [...back, { what: adopt, command: `alclean ${selection} --adopt` }],
    };
  }
  const again = "have it run again, if you know that nobody executes it";
  return {
    meaning: `${why} It has been adopted before, and lost its flag again, which no command of ours does; it is not adopted twice.`,
    actions: [...back, { what: again, command: `touch ${folder}/${PENDING_FLAG}` }],
  };
}

/** Giving back the flag that the last record speaks of. */
function restoring({ attempts, folder }: Situation): readonly Action[] {
  const last = attempts.findLast(({ record }) => record !== undefined)?.record;
  if (last?.outcome !== "completed" && last?.outcome !== "crashed") return [];
  const flag = last.outcome === "completed" ? COMPLETED_FLAG : CRASHED_FLAG;
  const what = `give it back the flag of attempt ${last.attempt}, which ${last.outcome}, as its record says`;
  return [{ what, command: `touch ${folder}/${flag}` }];
}

function conflict({ attempts, folder }: Situation, flags: readonly string[]): Advice {
  const keep = flagToKeep(flags, attempts);
  const others = flags.filter((flag) => flag !== keep.flag);
  return {
    meaning: `It has ${flags.length} flags (${flags.join(", ")}), so nobody knows its state, and it is never run. A copy or a hand made the second one. ${keep.why}`,
    actions: [
      {
        what: `keep ${keep.flag}, once no process works in the folder`,
        command: `rm ${others.map((flag) => `${folder}/${shellWord(flag)}`).join(" ")}`,
      },
    ],
  };
}

/** The flag that the records speak for, or else the one that loses nothing. */
function flagToKeep(
  flags: readonly string[],
  attempts: readonly KnownAttempt[],
): { readonly flag: string; readonly why: string } {
  const last = attempts.findLast(({ record }) => record !== undefined)?.record;
  if (last?.outcome === "completed" && flags.includes(COMPLETED_FLAG)) {
    return { flag: COMPLETED_FLAG, why: `Attempt ${last.attempt} completed, says its record.` };
  }
  if (last?.outcome === "crashed" && flags.includes(CRASHED_FLAG)) {
    return { flag: CRASHED_FLAG, why: `Attempt ${last.attempt} crashed, says its record.` };
  }
  const held = flags.find((flag) => stateOfFlag(flag)?.kind === "running");
  const flag = held ?? flags.find((one) => one === PENDING_FLAG) ?? flags[0] ?? "";
  return { flag, why: "No record says that it ended." };
}

const logAction = ({ attempts, label }: Situation): readonly Action[] =>
  attempts.some(({ log }) => log !== undefined)
    ? [{ what: "read its output", command: `alstatus --log ${label}` }]
    : [];

const firstLine = (text: string) => text.split("\n")[0] ?? "";
