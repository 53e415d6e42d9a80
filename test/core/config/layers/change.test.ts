import { expect } from "chai";
import fc from "fast-check";

import { type Change, compose, resultOf } from "../../../../src/core/config/layers/change.ts";
import { readLayer } from "../../../../src/core/config/layers/read-layer.ts";
import { lastStepAt } from "../../../../src/core/config/layers/steps.ts";
import {
  type Config,
  type ConfigValue,
  isConfig,
  pathsOf,
} from "../../../../src/core/config/config.ts";

/** Layers with every mark, over few names, so that they meet. */
const values = fc.letrec<{ object: Config; value: ConfigValue }>((tie) => ({
  object: fc
    .array(
      fc.tuple(
        fc.constantFrom("a", "b"),
        fc.constantFrom("set", "whole", "append", "remove"),
        tie("value"),
      ),
      { maxLength: 3 },
    )
    .map((entries) => {
      const unique = new Map(entries.map((entry) => [entry[0], entry]));
      return Object.fromEntries(
        [...unique.values()].map(([name, mark, value]): [string, ConfigValue] => {
          if (mark === "remove") return [`~${name}`, null];
          if (mark === "append") return [`${name}+`, [value]];
          return [mark === "whole" ? `=${name}` : name, value];
        }),
      );
    }),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 9 }),
    fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }),
    tie("object"),
    tie("object"),
  ),
})).object;

const change = (layer: Config, name: string): Change => {
  const { change: read } = readLayer({ name, values: layer, mayAdd: true });
  return read;
};

describe("compose", () => {
  it("is associative, in what it makes and in where that came from", () => {
    fc.assert(
      fc.property(values, values, values, (first, second, third) => {
        const [a, b, c] = [change(first, "a"), change(second, "b"), change(third, "c")];
        const left = compose(compose(a, b), c);
        const right = compose(a, compose(b, c));
        const result = resultOf(left);
        expect(resultOf(right)).to.deep.equal(result);
        for (const path of isConfig(result) ? pathsOf(result) : []) {
          const keys = path.split(".");
          expect(lastStepAt(left, keys)?.origin, path).to.deep.equal(
            lastStepAt(right, keys)?.origin,
          );
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("is associative where something is appended to what is no list, too", () => {
    const [a, b, c] = [
      change({ o: { x: 1 } }, "a"),
      change({ o: { y: 2 } }, "b"),
      change({ "o+": [1] }, "c"),
    ];
    const expected = { o: { x: 1, y: 2 } };
    expect(resultOf(compose(a, compose(b, c)))).to.deep.equal(expected);
    expect(resultOf(compose(compose(a, b), c))).to.deep.equal(expected);
  });

  it("changes nothing by an empty layer, on either side", () => {
    const empty = change({}, "empty");
    fc.assert(
      fc.property(values, (layer) => {
        const one = change(layer, "one");
        expect(resultOf(compose(one, empty))).to.deep.equal(resultOf(one));
        expect(resultOf(compose(empty, one))).to.deep.equal(resultOf(one));
      }),
    );
  });

  it("merges objects, replaces lists, and does what marks say", () => {
    const base = change({ o: { x: 1, y: { z: 2 } }, l: [1], p: { q: 1 }, gone: 3 }, "base");
    const next = { o: { y: { w: 3 } }, "l+": [2, 3], "=p": { r: 2 }, "~gone": null, "o.x": 5 };
    expect(resultOf(compose(base, change(next, "next")))).to.deep.equal({
      o: { x: 5, y: { z: 2, w: 3 } },
      l: [1, 2, 3],
      p: { r: 2 },
    });
    expect(resultOf(compose(base, change({ l: [9] }, "next")))).to.have.deep.property("l", [9]);
  });
});
