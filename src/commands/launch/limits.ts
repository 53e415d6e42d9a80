import type { WorkReport } from "../work/orders.ts";

/** "Within seconds", s. */
const AT_ONCE_SECONDS = 10;

type Limits = {
  readonly maxFails: number | undefined;
  /** 0 for never. */
  readonly circuitBreaker: number;
};

/** Says why nothing more is to be started, as soon as what the workers report gives a reason. */
export function createLimits({ maxFails, circuitBreaker }: Limits) {
  let crashes = 0;
  /** Of the first runs, as long as they are alike. */
  let signature: string | undefined;
  let isAlike = circuitBreaker > 0;
  return {
    add: (report: WorkReport): string | undefined => {
      if (report.kind === "ended" && report.end === "completed") isAlike = false;
      if (report.kind !== "crashed") return undefined;
      crashes += 1;
      signature ??= report.signature;
      isAlike &&= report.signature === signature && report.seconds <= AT_ONCE_SECONDS;
      if (isAlike && crashes === circuitBreaker) {
        return `the first ${circuitBreaker} runs crashed alike within seconds; mend what is wrong, \`alclean --clean_crashes\`, launch again (or go on all the same with --circuit_breaker 0)`;
      }
      return crashes === maxFails ? `${crashes} runs have crashed (--max_fails)` : undefined;
    },
  };
}
