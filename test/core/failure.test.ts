import { expect } from "chai";
import fc from "fast-check";

import {
  DEFAULT_RETRY,
  describeRetry,
  failureOf,
  FAILURES,
  mayRetry,
  parseRetry,
} from "../../src/core/failure.ts";
import type { Cause } from "../../src/core/run-record.ts";

const timeout = {
  outcome: "released",
  cause: { kind: "timeout", limitSeconds: 1, output: "" },
} as const;
const crash = { outcome: "crashed", cause: { kind: "error", trace: "Error" } } as const;

describe("failureOf", () => {
  it("tells what the program did from what was done to it", () => {
    const failures: readonly (readonly [Cause, string | undefined])[] = [
      [{ kind: "done" }, undefined],
      [{ kind: "stopped", by: "SIGINT" }, undefined],
      [{ kind: "error", trace: "" }, "crash"],
      [{ kind: "exit", code: 1, output: "" }, "crash"],
      [{ kind: "not-started", message: "" }, "crash"],
      [{ kind: "signal", signal: "SIGSEGV", output: "" }, "crash"],
      [{ kind: "signal", signal: "SIGKILL", output: "" }, "killed"],
      [{ kind: "timeout", limitSeconds: 1, output: "" }, "timeout"],
      [{ kind: "out-of-memory", evidence: "", output: "" }, "oom"],
      [{ kind: "preempted", by: "SIGTERM" }, "preempted"],
      [{ kind: "lost", by: "" }, "lost"],
      [{ kind: "disk-full", message: "" }, "disk-full"],
    ];
    for (const [cause, failure] of failures) expect(failureOf(cause)).to.equal(failure);
  });
});

describe("mayRetry", () => {
  it("counts the failures of the same kind", () => {
    const rules = { ...DEFAULT_RETRY, timeout: 2, crash: 1 };
    expect(mayRetry(rules, "timeout", [])).to.equal(true);
    expect(mayRetry(rules, "timeout", [timeout])).to.equal(true);
    expect(mayRetry(rules, "timeout", [timeout, timeout])).to.equal(false);
    expect(mayRetry(rules, "crash", [timeout, timeout])).to.equal(true);
    expect(mayRetry(rules, "oom", [])).to.equal(false);
  });

  it("begins anew when a person has put a crashed run back", () => {
    const rules = { ...DEFAULT_RETRY, timeout: 1 };
    expect(mayRetry(rules, "timeout", [timeout, crash])).to.equal(true);
    expect(mayRetry(rules, "timeout", [crash, timeout])).to.equal(false);
  });

  it("has no end where it is unlimited", () => {
    const preempted = { outcome: "released", cause: { kind: "preempted", by: "SIGTERM" } } as const;
    const many = Array.from({ length: 1000 }, () => preempted);
    expect(mayRetry(DEFAULT_RETRY, "preempted", many)).to.equal(true);
  });
});

describe("parseRetry", () => {
  it("reads what describeRetry writes", () => {
    const count = fc.oneof(fc.integer({ min: 0, max: 999_999 }), fc.constant("unlimited" as const));
    const rules = fc.record(
      Object.fromEntries(FAILURES.map((name) => [name, count])) as Record<
        (typeof FAILURES)[number],
        typeof count
      >,
    );
    fc.assert(
      fc.property(rules, (some) => {
        expect(parseRetry(describeRetry(some))).to.deep.equal(some);
      }),
    );
  });

  it("leaves what it does not name as it is by default", () => {
    expect(parseRetry(" oom = 1 ")).to.deep.equal({ ...DEFAULT_RETRY, oom: 1 });
  });

  it("refuses what is no rule, and says which causes there are", () => {
    for (const text of [
      "oom",
      "oom=-1",
      "oom=1.5",
      "memory=1",
      "oom=1,oom=2",
      "oom=1,",
      "oom=all",
    ]) {
      expect(() => parseRetry(text), text)
        .to.throw(/--retry: expected <cause>=/)
        .with.property("hint")
        .that.includes("preempted");
    }
  });
});
