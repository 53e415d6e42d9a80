import { expect } from "chai";
import fc from "fast-check";

import { scriptPlaces } from "../../../../src/core/config/layers/script-places.ts";

const SCRIPT = `// variations: { lr: [9] }
export default defineGridSchedule({
  defaults: { lr: 0.1, text: "a } brace" },
  /* zip: { lr: [1] } */
  variations: {
    "optimizer.lr": [1, 2],
    lr: [0.1, 0.2],
  },
  blocks: [{ variations2: 1 }],
});
`;

describe("scriptPlaces", () => {
  const lineOf = scriptPlaces(SCRIPT);

  it("finds the only key of its name within the only one above it", () => {
    expect(lineOf(["variations", "lr"])).to.deep.equal({ line: 7 });
    expect(lineOf(["variations", "optimizer.lr"])).to.deep.equal({ line: 6 });
    expect(lineOf(["defaults", "lr"])).to.deep.equal({ line: 3 });
  });

  it("falls back to the key above, and knows nothing of comments and of what is not there", () => {
    expect(lineOf(["variations", "depth"])).to.deep.equal({ line: 5 });
    expect(lineOf(["zip", "lr"])).to.equal(undefined);
    expect(lineOf(["lr"])).to.equal(undefined);
    expect(lineOf([])).to.equal(undefined);
  });

  it("says nothing wrong of anything", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (text, path) => {
        const { line = 1 } = scriptPlaces(text)(path) ?? {};
        expect(line).to.be.within(1, text.split("\n").length);
      }),
    );
  });
});
