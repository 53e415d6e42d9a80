import { relative } from "node:path";

import { counted } from "../../core/counted.ts";
import { countSeverities, type Finding, groupFindings, isWrong } from "../../core/finding.ts";
import { oneLine } from "../../core/printable.ts";
import type { Fate } from "./mend.ts";

export type ReportedFinding = Finding & {
  /** `left` without --fix, or where a person has to decide. */
  readonly fate: Fate;
};

export type DoctorReport = {
  readonly root: string;
  /** Names of the storages that were examined. */
  readonly storages: readonly string[];
  readonly runs: number;
  /** False if it was stopped before everything was looked at. */
  readonly isComplete: boolean;
  readonly findings: readonly ReportedFinding[];
};

/** Errors and warnings that are still there. */
export const remaining = ({ findings }: DoctorReport) =>
  findings.filter((one) => isWrong(one) && one.fate !== "mended");

/** More places of one kind are counted, not listed. */
const MAX_PLACES = 10;

export function renderDoctor(report: DoctorReport): string {
  const { root, findings, storages, runs, isComplete } = report;
  const looked = `${counted(runs, "run")} in ${counted(storages.length, "storage")} of ${root}`;
  const groups = groupFindings(findings).map((group) => {
    const shown = group.findings.slice(0, MAX_PLACES).map((one) => `  ${describe(one, root)}`);
    const rest = group.findings.length - shown.length;
    return [
      `${group.severity}: ${group.check}`,
      ...shown,
      ...(rest > 0 ? [`  … and ${rest} more; --json has them all`] : []),
      `  expected: ${oneLine(group.expected)}`,
      `  to do:    ${oneLine(group.remedy)}`,
      "",
    ].join("\n");
  });
  const stopped = isComplete ? [] : ["Stopped before everything was looked at."];
  return [...groups, `${verdict(findings)} Looked at ${looked}.`, ...stopped].join("\n");
}

function describe({ place, problem, fix, fate }: ReportedFinding, root: string): string {
  const ends: Readonly<Record<Fate, string>> = {
    left: fix === null ? "" : " [--fix]",
    planned: " [would be mended]",
    mended: " [mended]",
    failed: " [not mended: it has changed meanwhile, or the disk refused; look again]",
  };
  return `${oneLine(relative(root, place) || ".")}: ${problem
    .split("\n")
    .map((line) => oneLine(line))
    .join("\n    ")}${ends[fate]}`;
}

function verdict(findings: readonly ReportedFinding[]): string {
  if (findings.length === 0) return "Nothing is wrong.";
  const { error, warning, note } = countSeverities(findings);
  const counts = [
    ...(error > 0 ? [counted(error, "error")] : []),
    ...(warning > 0 ? [counted(warning, "warning")] : []),
    ...(note > 0 ? [counted(note, "note")] : []),
  ].join(", ");
  const mendable = findings.filter(({ fix, fate }) => fix !== null && fate !== "mended").length;
  const mended = findings.filter(({ fate }) => fate === "mended").length;
  const done = mended > 0 ? ` ${mended} mended.` : "";
  const more = mendable > 0 ? ` aldoctor --fix can mend ${mendable} of them.` : "";
  return `${counts}.${done}${more}`;
}
