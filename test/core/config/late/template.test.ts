import { expect } from "chai";
import fc from "fast-check";

import {
  escapeTemplate,
  fillTemplate,
  parseTemplate,
} from "../../../../src/core/config/late/template.ts";

describe("escapeTemplate", () => {
  it("makes a text that is read back as it is, and in which nothing is evaluated", () => {
    const piece = fc.constantFrom("$", "<", "|", ">", "$<|", "|>", "N", "é");
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, (plain) => {
        expect(fillTemplate(parseTemplate(escapeTemplate(plain)), {})).to.equal(plain);
      }),
    );
  });
});

describe("parseTemplate", () => {
  it("finds the end of an expression, which may have |> in quotes", () => {
    const { parts } = parseTemplate("a$<|'|>' + b|>c$<|d|>");
    expect(parts.map((part) => (typeof part === "string" ? part : part.kind))).to.deep.equal([
      "a",
      "binary",
      "c",
      "name",
    ]);
  });
});
