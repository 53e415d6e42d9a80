import { readdirSync } from "node:fs";

import { expect } from "chai";

import { UserError } from "../../../src/errors.ts";
import { GRID, prepareIn } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

describe("prepare, of a command", () => {
  it(
    "refuses placeholders that nothing fills, with the nearest name, before anything is written",
    withTempDirectory(async (project) => {
      const program = { command: ["train", "{algName}", "{run_dir}", "{optimiser.name}"] };
      const error: unknown = await prepareIn(project, { ...GRID, program }).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(UserError).with.property("code", "schedule-invalid");
      expect(error).to.have.property("message").that.includes('Did you mean "optimizer.name"?');
      expect(readdirSync(project)).not.to.include("storage");
    }),
  );
});
