import { expect } from "chai";

import { withTempDirectory } from "../support/temp-directory.ts";
import { BROKEN_SPIN, checkWithSpin, missingForSpin, SMALL_SPIN } from "./spin.ts";

describe("protocol.pml", function () {
  this.timeout(180_000);
  const missing = missingForSpin();
  if (missing.length > 0) {
    it(`IS NOT CHECKED HERE: this machine has no ${missing.join(", no ")} (apt-get install spin gcc libc6-dev)`, () => {
      // Where the project is built, a check that is left out is a failure.
      expect(process.env["CI"] ?? "").to.equal("");
    });
    return;
  }

  for (const defines of SMALL_SPIN) {
    it(
      `keeps every promise with ${JSON.stringify(defines)}`,
      withTempDirectory(async (folder) => {
        const { states, transitions, broken } = await checkWithSpin(defines, folder);
        console.log(`      ${states} states, ${transitions} transitions`);
        expect(broken).to.equal(undefined);
        expect(states).to.be.greaterThan(10_000);
      }),
    );
  }

  for (const { name, defines, breaks } of BROKEN_SPIN) {
    it(
      `finds the hole when ${name}`,
      withTempDirectory(async (folder) => {
        const { broken } = await checkWithSpin(defines, folder);
        expect(broken?.what).to.match(breaks);
        expect(broken?.trace.length).to.be.greaterThan(0);
      }),
    );
  }
});
