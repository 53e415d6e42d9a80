import { expect } from "chai";

import { splitColumns } from "../../../src/commands/query/split-columns.ts";

describe("splitColumns", () => {
  it("separates at commas that are not within quotes, brackets or parentheses", () => {
    expect(splitColumns('a.b, last(c.d) ,$["x,y"].z,config["\\",("],,')).to.deep.equal([
      "a.b",
      "last(c.d)",
      '$["x,y"].z',
      'config["\\",("]',
    ]);
    expect(splitColumns("")).to.deep.equal([]);
  });
});
