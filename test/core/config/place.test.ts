import { expect } from "chai";
import fc from "fast-check";

import { placeText } from "../../../src/core/config/layers/read-layer.ts";
import { pathOfPlace, withPlaces } from "../../../src/core/config/place.ts";

describe("pathOfPlace", () => {
  it("is the inverse of what messages write", () => {
    const part = fc.oneof(fc.nat(), fc.string({ maxLength: 70 }));
    fc.assert(
      fc.property(fc.array(part), (path) => {
        // Lone surrogates and control characters are shown as something else.
        fc.pre(path.every((one) => typeof one === "number" || /^[ -~]*$/.test(one)));
        expect(pathOfPlace(placeText(path))).to.deep.equal(path);
      }),
    );
  });

  it("reads as much as it can of anything", () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(pathOfPlace(text))));
  });
});

describe("withPlaces", () => {
  it("adds the line where one is known, and leaves what has an origin", () => {
    const origin = { layer: "the command line" };
    const problems = [
      { place: "space.lr", message: "is wrong." },
      { place: "seeds", message: "is wrong." },
      { place: "space.lr", message: "is wrong.", origin },
    ];
    const placed = withPlaces(problems, "a.yaml", (path) =>
      path[1] === "lr" ? { line: 4 } : undefined,
    );
    expect(placed.map((one) => one.origin)).to.deep.equal([
      { layer: "a.yaml", file: "a.yaml", line: 4 },
      undefined,
      origin,
    ]);
  });
});
