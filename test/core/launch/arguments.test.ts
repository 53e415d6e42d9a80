import { expect } from "chai";

import { parseLaunchArguments } from "../../../src/core/launch/arguments.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";

describe("parseLaunchArguments", () => {
  it("tells flags, in either spelling, from overrides", () => {
    const words = ["lr=-1", "--n-processes", "3", "+new=1", "~gone", "--cfg", "--resume", "-h"];
    expect(parseLaunchArguments(words)).to.deep.equal({
      overrides: ["lr=-1", "+new=1", "~gone"],
      nProcesses: 3,
      cfg: true,
      prepare: false,
      help: true,
      resume: true,
    });
    expect(parseLaunchArguments(["-p=2"]).nProcesses).to.equal(2);
  });

  it("refuses unknown flags and wrong numbers", () => {
    for (const words of [["--lr=1"], ["-x"], ["--cfg=1"], ["-p"], ["-p", "1.5"], ["-p", "-1"]]) {
      expect(errorOf(UserError, () => parseLaunchArguments(words)).code).to.equal("usage");
    }
  });
});
