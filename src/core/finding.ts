/** How bad it is. `error`: something does not work; `warning`: it will not, or not as meant; `note`: good to know. */
export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that aldoctor found. */
export type Finding = {
  /** Name of the check, e.g. `several-flags`; see docs/doctor.md. */
  readonly check: string;
  readonly severity: Severity;
  /** Absolute path of what is meant. */
  readonly place: string;
  /** What is there. */
  readonly problem: string;
  /** What should be there instead. */
  readonly expected: string;
  /** What a person can do. */
  readonly remedy: string;
  /** What `--fix` does about it; null if it leaves it to a person. */
  readonly fix: string | null;
};

/** Findings of one kind that need the same, shown under one head. */
export type FindingGroup<One extends Finding> = Pick<
  Finding,
  "check" | "severity" | "expected" | "remedy"
> & { readonly findings: readonly One[] };

export const isWrong = ({ severity }: Pick<Finding, "severity">) => severity !== "note";

/** How many there are of each severity. */
export function countSeverities(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** The same findings by severity, check and remedy: the worst first, otherwise in their order. */
export function groupFindings<One extends Finding>(
  findings: readonly One[],
): readonly FindingGroup<One>[] {
  const groups = new Map<string, FindingGroup<One> & { readonly findings: One[] }>();
  for (const one of findings) {
    const { check, severity, expected, remedy } = one;
    const key = JSON.stringify([check, severity, expected, remedy]);
    const group = groups.get(key) ?? { check, severity, expected, remedy, findings: [] };
    group.findings.push(one);
    groups.set(key, group);
  }
  return SEVERITIES.flatMap((wanted) =>
    [...groups.values()].filter(({ severity }) => severity === wanted),
  );
}
