import { expect } from "chai";
import fc from "fast-check";

import { formatSearchName, parseSearchName, SEARCH_KINDS } from "../../src/core/search-name.ts";
import { UserError } from "../../src/errors.ts";
import { errorOf } from "../support/error-of.ts";

const NAME = {
  id: "ju12",
  codeVersion: "f7b375e",
  algName: "mlp",
  taskName: "digits",
  kind: "random",
  desc: "bench_2",
} as const;

describe("formatSearchName", () => {
  it("is undone by parseSearchName, or refuses", () => {
    const part = fc.string({
      unit: fc.constantFrom("a", "Z", "0", "_", "-", "+", ".", "/", "é"),
      maxLength: 5,
    });
    const names = fc.record({
      id: part,
      codeVersion: part,
      algName: part,
      taskName: part,
      kind: fc.constantFrom(...SEARCH_KINDS),
      desc: part,
    });
    fc.assert(
      fc.property(names, (name) => {
        const isReadable = Object.entries(name).every(([key, value]) =>
          key === "desc"
            ? /^[aZ0_+.-]+$/.test(value)
            : /^[aZ0+-][aZ0.+-]*$/.test(value) || key === "kind",
        );
        if (isReadable) expect(parseSearchName(formatSearchName(name))).to.deep.equal(name);
        else errorOf(UserError, () => formatSearchName(name));
      }),
    );
  });

  it("says what to write instead of a name with an underscore", () => {
    const { hint } = errorOf(UserError, () => formatSearchName({ ...NAME, algName: "my_alg" }));
    expect(hint).to.include('Write "my-alg" in the schedule');
  });

  it("refuses what would not fit into a folder's name, in few words", () => {
    for (const name of [
      { ...NAME, desc: "d".repeat(100_000) },
      { ...NAME, algName: "_".repeat(100_000) },
    ]) {
      const { message, hint } = errorOf(UserError, () => formatSearchName(name));
      expect(`${message}${hint}`).to.have.length.below(1_000);
    }
  });
});
