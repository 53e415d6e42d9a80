import { expect } from "chai";
import fc from "fast-check";

import {
  cut,
  printableOutput,
  repaint,
  shorten,
  wholeSequences,
} from "../../src/core/terminal-text.ts";

const RED = "\x1B[31m";

describe("shorten", () => {
  it("leaves out the middle, and is never longer than allowed", () => {
    expect(shorten("ju12_digits_grid_first", 9)).to.equal("ju12…irst");
    expect(shorten("short", 9)).to.equal("short");
    fc.assert(
      fc.property(fc.string(), fc.nat(40), (text, width) => {
        expect(shorten(text, width).length).to.be.at.most(width);
        if (text.length <= width) expect(shorten(text, width)).to.equal(text);
      }),
    );
  });
});

describe("cut", () => {
  it("is never longer than allowed", () => {
    expect(cut("0123456789", 5)).to.equal("0123…");
    expect(cut("01234", 5)).to.equal("01234");
  });
});

describe("printableOutput", () => {
  it("keeps colours if they are wanted, and shows other escapes", () => {
    const text = `a${RED}b\x1B[0m\x07\x1B[2Jc\td\r\n`;
    expect(printableOutput(text, true)).to.equal(`a${RED}b\x1B[0m\\u0007\\u001b[2Jc\td\r\n`);
    expect(printableOutput(text, false)).to.equal("ab\\u0007\\u001b[2Jc\td\r\n");
  });

  it("lets nothing through that talks to the terminal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
        // eslint-disable-next-line no-control-regex -- that is what it is about
        expect(printableOutput(text, false)).not.to.match(/[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/);
      }),
    );
  });
});

describe("wholeSequences", () => {
  it("cuts before a sequence that has only begun", () => {
    expect(wholeSequences("ab\x1B[3")).to.equal(2);
    expect(wholeSequences("ab\x1B")).to.equal(2);
    expect(wholeSequences(`ab${RED}`)).to.equal(2 + RED.length);
    expect(wholeSequences(`ab\x1B[${"1;".repeat(40)}`)).to.be.greaterThan(2);
  });
});

describe("repaint", () => {
  it("shows on a terminal the new lines only, whatever was there before", () => {
    fc.assert(
      fc.property(LINES, LINES, (before, lines) => {
        const printed = `above\n${repaint([], before)}${repaint(before, lines)}`;
        expect(emulate(printed)).to.deep.equal(["above", ...lines, ""]);
      }),
    );
  });

  it("empties nothing before it is written anew", () => {
    expect(repaint(["a", "b"], ["c", "d"]).indexOf("\x1B[J")).to.be.greaterThan(
      repaint(["a", "b"], ["c", "d"]).indexOf("d"),
    );
  });
});

const LINES = fc.array(
  fc.string({ unit: fc.constantFrom(...Array.from("abc ")), minLength: 1, maxLength: 8 }),
  {
    maxLength: 5,
  },
);

/** What a terminal shows, for the few sequences that are used. */
function emulate(text: string): readonly string[] {
  const rows: string[] = [""];
  let row = 0;
  let column = 0;
  // eslint-disable-next-line no-control-regex -- these are what it is about
  for (const [token = ""] of text.matchAll(/\x1B\[(\d*)[A-Z]|[\s\S]/g)) {
    const line = rows[row] ?? "";
    if (token === "\n") {
      row += 1;
      column = 0;
      rows[row] ??= "";
    } else if (token === "\r") column = 0;
    else if (token === "\x1B[K") rows[row] = line.slice(0, column);
    else if (token === "\x1B[J") {
      rows[row] = line.slice(0, column);
      rows.splice(row + 1);
    } else if (token.startsWith("\x1B")) row -= Number(token.slice(2, -1));
    else {
      rows[row] = line.slice(0, column) + token + line.slice(column + 1);
      column += 1;
    }
  }
  return rows;
}
