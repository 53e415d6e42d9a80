import { expect } from "chai";
import fc from "fast-check";

import { oneLine, printable } from "../../src/core/printable.ts";

const anyText = fc.string({ unit: "binary" });
const COMMANDS = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

describe("printable", () => {
  it("writes out escape sequences, invisible characters and turned directions", () => {
    expect(printable("\u001b[2J\u009b1m a\rb\u0007")).to.equal(
      "\\u001b[2J\\u009b1m a\\u000db\\u0007",
    );
    expect(printable("user\u202egpj.exe\u200b\ufeff\u2028")).to.equal(
      "user\\u202egpj.exe\\u200b\\ufeff\\u2028",
    );
    expect(printable("\ud800 \u{e0041}")).to.equal("\\ud800 \\udb40\\udc41");
  });

  it("leaves lines, tabs and the letters of all languages", () => {
    const text = "a\n\tb é 日本 عربي 😀\n";
    expect(printable(text)).to.equal(text);
  });

  it("leaves nothing that a terminal obeys, whatever the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text).replace(/[\n\t]/g, "")).to.not.match(COMMANDS);
        expect(oneLine(text)).to.not.match(COMMANDS);
      }),
    );
  });

  it("keeps the value of a JSON text", () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        const text = JSON.stringify(value, undefined, 2);
        expect(JSON.parse(printable(text))).to.deep.equal(JSON.parse(text));
      }),
    );
  });
});

describe("oneLine", () => {
  it("writes out lines and tabs too", () => {
    expect(oneLine("a\nb\tc\r\n")).to.equal("a\\nb\\tc\\u000d\\n");
  });

  it("ends what is longer than asked for", () => {
    expect(oneLine("abcdef", 4)).to.equal("abc…");
    expect(oneLine("abcd", 4)).to.equal("abcd");
  });
});
