import { expect } from "chai";

import { formatLogLine, isLogged, LOG_LEVELS } from "../../src/core/log-line.ts";

describe("formatLogLine", () => {
  it("says when, where, who, what about, and how bad", () => {
    const origin = { host: "node-1", pid: 12, subject: "experiment3/seed1" };
    expect(formatLogLine(origin, "warn", "late", Date.UTC(2026, 0, 1))).to.equal(
      "2026-01-01T00:00:00.000Z node-1 12 experiment3/seed1 WARN late\n",
    );
  });
});

describe("isLogged", () => {
  it("lets a level and the worse ones through", () => {
    expect(LOG_LEVELS.filter((level) => isLogged(level, "info"))).to.deep.equal([
      "info",
      "warn",
      "error",
    ]);
    expect(LOG_LEVELS.filter((level) => isLogged(level, "error"))).to.deep.equal(["error"]);
  });
});
