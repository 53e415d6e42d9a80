import { expect } from "chai";

import { fuzz } from "./session.ts";
import type { Target } from "./target.ts";
import { TARGETS } from "./targets/index.ts";

/** Each reader gets so long here; `npm run fuzz` takes longer, and watches for hangs. */
const SECONDS = 0.25;

describe("fuzzing", () => {
  for (const target of TARGETS) {
    it(`finds no text that breaks the reader ${target.name}`, () => {
      const seed = Date.now() % 2 ** 31;
      const { failure, inputs } = fuzz(target, { seed, inputs: 1e9, seconds: SECONDS });
      expect(failure, `seed ${seed}`).to.equal(undefined);
      expect(inputs).to.be.above(0);
    }).timeout(20_000);
  }

  it("finds a text that breaks a reader, and makes it short", () => {
    const target: Target = {
      name: "broken",
      seeds: ['{"name":"a","values":[1,2,3]}'],
      check: (text) => {
        if (text.includes("__proto__")) throw new RangeError("too deep");
        return "read";
      },
    };
    const { failure } = fuzz(target, { seed: 1, inputs: 100_000, seconds: 10 });
    expect(failure).to.include({ target: "broken", seed: 1, input: "__proto__" });
    expect(failure?.error).to.match(/^RangeError: too deep\n +at /);
  });

  it("makes the same texts of the same seed", () => {
    const textsOf = (seed: number) => {
      const texts: string[] = [];
      const onInput = (text: string) => texts.push(text);
      const [, target] = TARGETS;
      if (target) fuzz(target, { seed, inputs: 300, seconds: 10, onInput });
      return texts;
    };
    expect(textsOf(5)).to.deep.equal(textsOf(5));
    expect(textsOf(5)).to.not.deep.equal(textsOf(6));
  });
});
