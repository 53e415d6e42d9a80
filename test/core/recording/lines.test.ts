import { expect } from "chai";
import fc from "fast-check";

import { linesOf, MAX_LINE_LENGTH } from "../../../src/core/recording/lines.ts";

const encode = (text: string) => new TextEncoder().encode(text);

describe("linesOf", () => {
  it("gives the same lines wherever the bytes are cut", () => {
    const text = 'naïve\n\n{"η": 1}\r\n😀\nlast ✓';
    const bytes = encode(text);
    for (let at = 0; at <= bytes.length; at++) {
      for (const next of [at, at + 1, at + 2]) {
        const chunks = [bytes.subarray(0, at), bytes.subarray(at, next), bytes.subarray(next)];
        expect([...linesOf(chunks)]).to.deep.equal(text.split("\n"));
      }
    }
  });

  it("gives the same lines for any bytes, cut in any pieces", () => {
    const bytes = fc
      .uint8Array({ maxLength: 60 })
      .map((list) => list.map((b) => (b < 40 ? 10 : b)));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(12)), (whole, lengths) => {
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) chunks.push(whole.subarray(at, (at += length)));
        chunks.push(whole.subarray(at));
        expect([...linesOf(chunks)]).to.deep.equal([...linesOf([whole])]);
      }),
    );
  });

  it("keeps a line that comes in pieces although the buffer is used again", () => {
    const buffer = encode("ab");
    function* chunks() {
      yield buffer;
      buffer.set(encode("c\n"));
      yield buffer;
    }
    expect([...linesOf(chunks())]).to.deep.equal(["abc"]);
  });

  it("has no line behind the last newline", () => {
    expect([...linesOf([encode("a\nb\n")])]).to.deep.equal(["a", "b"]);
    expect([...linesOf([])]).to.deep.equal([]);
  });

  it("refuses a line that is too long, and goes on behind it", () => {
    const long = "x".repeat(MAX_LINE_LENGTH + 1);
    const whole = [...linesOf([encode(`a\n${long}\nb`)])];
    const inPieces = [...linesOf([encode(`a\n${long}`), encode(`${long}${long}${long}\nb`)])];
    expect(whole).to.deep.equal(["a", undefined, "b"]);
    expect(inPieces).to.deep.equal(["a", undefined, "b"]);
  });
});
