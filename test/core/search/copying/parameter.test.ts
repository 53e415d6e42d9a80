import { expect } from "chai";
import fc from "fast-check";

import type { ConfigValue } from "../../../../src/core/config/config.ts";
import {
  formatParameter,
  parseParameter,
  PARAMETER_TYPES,
} from "../../../../src/core/search/copying/parameter.ts";
import { UserError } from "../../../../src/errors.ts";
import { errorOf } from "../../../support/error-of.ts";

const parse = (text: string) => parseParameter(text, "additional_param");
const valueOf = (text: string) => parse(text).value;

const name = fc.stringMatching(/^[A-Za-z_][\w -]{0,5}$/).filter((one) => one !== "constructor");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("."));
const { value } = fc.letrec<{ value: ConfigValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string().filter((text) => !text.includes("$<|")),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

describe("parseParameter", () => {
  it("reads back what formatParameter writes", () => {
    fc.assert(
      fc.property(path, value, (where, what) => {
        const text = formatParameter({ path: where, value: what });
        expect(parse(text), text).to.deep.equal({ path: where, value: what, isTyped: false });
      }),
    );
  });

  it("reads texts that end like a type", () => {
    for (const type of PARAMETER_TYPES) {
      for (const text of [type, `a,${type}`, `,${type}`, `"a",${type}`]) {
        expect(valueOf(formatParameter({ path: "x", value: text }))).to.equal(text);
        expect(valueOf(formatParameter({ path: "x", value: [text] }))).to.deep.equal([text]);
      }
    }
  });

  it("gives values the types that are written", () => {
    expect(parse("a.b=20,int")).to.deep.equal({ path: "a.b", value: 20, isTyped: true });
    const read: Readonly<Record<string, ConfigValue>> = {
      "x=1e-3,float": 0.001,
      "x=-2.,float": -2,
      "x=-0,int": 0,
      "x=None,int": null,
      "x=20,str": "20",
      "x=a,b,str": "a,b",
      "x=,str": "",
      "x=None,str": "None",
      "x=False,bool": false,
      "x=true,bool": true,
    };
    for (const [text, expected] of Object.entries(read)) {
      expect(valueOf(text), text).to.equal(expected);
    }
  });

  it("reads them as YAML if no type is written", () => {
    expect(valueOf("x=1e-3")).to.equal(0.001);
    expect(valueOf("x=true")).to.equal(true);
    expect(valueOf("x=adam")).to.equal("adam");
    expect(valueOf("x='1,int'")).to.equal("1,int");
    expect(valueOf("x=[1,2]")).to.deep.equal([1, 2]);
    expect(valueOf("x=")).to.equal(null);
  });

  it("refuses what is none, saying what to write", () => {
    const wrong: Readonly<Record<string, RegExp>> = {
      x: /expected name=value/,
      "=3": /expected name=value/,
      "a..b=3": /is empty/,
      "__proto__.x=3": /belongs to JavaScript/,
      "x=1.5,int": /expected a whole number, got "1.5"/,
      "x=9007199254740993,int": /expected a whole number/,
      "x=nan,float": /expected a finite number/,
      "x=1e999,float": /expected a finite number/,
      "x=yes,bool": /expected true or false/,
      "x=1,flaot": /Did you mean the type float\?/,
      "x=1,2": /A list is written as \[1,2\]/,
      "x=[1": /Expected "]"/,
      "x='$<|N|>'": /computed when a search is prepared/,
    };
    for (const [text, expected] of Object.entries(wrong)) {
      const error = errorOf(UserError, () => parse(text));
      expect(error.message, text).to.match(expected).and.include("--additional_param");
      expect(error.code).to.equal("usage");
    }
  });

  it("gives a parameter or a UserError, whatever it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
        for (const some of [text, `x=${text}`, `${text}=1,int`]) {
          try {
            const read = parse(some);
            expect(parse(formatParameter(read)).value, some).to.deep.equal(read.value);
          } catch (error) {
            expect(error, some).to.be.instanceOf(UserError);
          }
        }
      }),
    );
  });
});
