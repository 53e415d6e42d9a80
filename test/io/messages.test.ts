import { expect } from "chai";
import fc from "fast-check";

import { createMessageReader, formatMessage } from "../../src/io/messages.ts";

describe("createMessageReader", () => {
  it("gives every message, in order, however the text is cut", () => {
    const property = fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
      fc.integer({ min: 1, max: 7 }),
      (messages, size) => {
        // Without -0, which JSON does not know.
        const sent = JSON.parse(JSON.stringify(messages)) as unknown[];
        const text = messages.map(formatMessage).join("");
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? [];
        expect(readAll(pieces)).to.deep.equal(sent);
      },
    );
    fc.assert(property);
  });

  it("passes over lines that are no JSON object, and what has no end yet", () => {
    const text = '{"a":1}\n{"half\nnull\n5\n"text"\n\n{"b":2}\n{"not":"ended"}';
    expect(readAll([text])).to.deep.equal([{ a: 1 }, { b: 2 }]);
  });

  it("passes over a line that has no end, and holds no more of it than a message has", () => {
    const found: unknown[] = [];
    const read = createMessageReader((message) => found.push(message));
    const piece = "x".repeat(1 << 20);
    // Two gigabytes: more than any text can have.
    for (let i = 0; i < 2048; i++) read(piece);
    read('\n{"a":1}\n');
    expect(found).to.deep.equal([{ a: 1 }]);
  });
});

function readAll(pieces: readonly string[]): readonly unknown[] {
  const found: unknown[] = [];
  const read = createMessageReader((message) => found.push(message));
  for (const piece of pieces) read(piece);
  return found;
}
