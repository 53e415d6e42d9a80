import { formatDuration } from "../../core/time.ts";
import { oneLine } from "../../core/printable.ts";
import type { AttemptReport, Explanation } from "./explain.ts";
import type { HolderReport } from "./holder.ts";

/** An explanation as a person reads it. */
export function renderExplanation(explanation: Explanation): string {
  const { run, folder, state, flags, age, holder, attempts, machineFiles, log } = explanation;
  const { meaning, actions } = explanation;
  const since = age === null ? "" : `, for ${formatDuration(age)}`;
  const lines = [
    `${run}: ${state}${holder === null ? since : ""}`,
    meaning,
    "",
    `folder    ${folder}`,
    `flag      ${flags.length === 0 ? "none" : flags.join(", ")}`,
    ...(holder === null ? [] : holderLines(holder)),
    ...(log === null ? [] : [`log       ${log}`]),
    ...(machineFiles.length === 0
      ? []
      : [`prepared  with values of ${machineFiles.join(", ")}, the file of the machine`]),
    ...(attempts.length === 0
      ? ["attempts  none yet"]
      : [
          "attempts",
          ...attempts.flatMap((one) =>
            attemptLines(one, state === "running" && one === attempts.at(-1)),
          ),
        ]),
    ...(actions.length === 0 ? [] : ["", "What you can do:"]),
    ...actions.flatMap(({ what, command }) => [`  ${what}:`, `    ${command}`]),
  ];
  return lines.map((line) => oneLine(line)).join("\n");
}

function holderLines({ role, host, pid, job, verdict, how }: HolderReport): readonly string[] {
  const where = host === null ? "unknown" : `${host}, process ${pid ?? "unknown"}`;
  return [
    `${role.padEnd(10)}${where}${job === null ? "" : `, job ${job}`}`,
    `          ${verdict}: ${how}`,
  ];
}

function attemptLines(report: AttemptReport, goesOn: boolean): readonly string[] {
  const { attempt, outcome, cause, host, startedAt, seconds, log } = report;
  const [first = "", ...rest] = (cause ?? "").split("\n");
  const what = outcome ?? (goesOn ? "goes on" : "without a record");
  const parts = [
    what,
    ...(host === null ? [] : [`on ${host}`]),
    ...(startedAt === null ? [] : [`from ${localTime(startedAt)}`]),
    ...(seconds === null ? [] : [`for ${formatDuration(seconds)}`]),
    ...(log === null ? [] : [log]),
  ];
  const why = first === "" || first === outcome ? [] : [first, ...rest];
  return [
    `  ${String(attempt).padStart(2)}  ${parts.join(", ")}`,
    ...why.map((line) => `        ${line}`),
  ];
}

/** `2026-11-21 08:30:12` where the reader is. */
function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}
