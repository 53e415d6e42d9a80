import { expect } from "chai";

import { normaliseFlags } from "../../src/commands/arguments.ts";

describe("normaliseFlags", () => {
  it("spells flags one way, and leaves values and what follows -- as they are", () => {
    const given = ["--from-file=a-b.txt", "-f", "c-d", "--root_dir", "e-f", "--", "--g-h"];
    expect(normaliseFlags(given)).to.deep.equal([
      "--from_file=a-b.txt",
      "-f",
      "c-d",
      "--root_dir",
      "e-f",
      "--",
      "--g-h",
    ]);
  });
});
