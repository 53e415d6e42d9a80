import { expect } from "chai";
import fc from "fast-check";

import { SeriesBuilder } from "../../../src/core/recording/columns.ts";
import { parseRecordLine } from "../../../src/core/recording/record-line.ts";

/** The attempts' lines put together. */
function build(
  attempts: readonly (readonly string[])[],
  asked: readonly string[],
  followed: readonly string[] = [],
) {
  const builder = new SeriesBuilder(asked, followed);
  for (const lines of attempts) {
    builder.startAttempt();
    for (const line of lines) builder.add(parseRecordLine(line));
  }
  return builder;
}

function valuesOf(builder: SeriesBuilder, key: string): readonly number[] {
  return [...(builder.finish().columns.get(key)?.values ?? [])];
}

const epochs = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => JSON.stringify({ epoch: from + i }));

describe("SeriesBuilder", () => {
  it("tells NaN that was recorded from what is missing", () => {
    const { columns, rows } = build([['{"a":NaN}', '{"b":1}', '{"a":2}']], ["a"]).finish();
    expect(rows).to.equal(3);
    expect([...(columns.get("a")?.values ?? [])]).to.deep.equal([NaN, NaN, 2]);
    expect([...(columns.get("a")?.recorded ?? [])]).to.deep.equal([1, 0, 1]);
  });

  it("counts damaged lines, and what is asked for but is no number", () => {
    const lines = ['{"a":true,"b":null}', '{"a":"x"}', '{"a":', "[]", "", '{"a":1}'];
    const { rows, damaged, problems } = build([lines], ["a"]).finish();
    expect({ rows, damaged, problems }).to.deep.equal({ rows: 3, damaged: 2, problems: 2 });
  });

  it("has columns for the keys asked for only, whatever their names", () => {
    const builder = build(
      [['{"__proto__":1,"toString":2,"c":3}']],
      ["__proto__", "valueOf", "c"],
      ["d"],
    );
    expect([...builder.finish().columns.keys()]).to.deep.equal(["__proto__", "valueOf", "c"]);
    expect(valuesOf(builder, "__proto__")).to.deep.equal([1]);
    expect(valuesOf(builder, "valueOf")).to.deep.equal([NaN]);
  });

  it("drops earlier attempts when one starts afresh", () => {
    const builder = build([epochs(1, 9), epochs(1, 3), epochs(1, 4)], ["epoch"]);
    expect(valuesOf(builder, "epoch")).to.deep.equal([1, 2, 3]);
  });

  it("keeps earlier attempts when the last one recorded nothing", () => {
    expect(valuesOf(build([epochs(1, 4), []], ["epoch"]), "epoch")).to.deep.equal([1, 2, 3]);
  });

  it("keeps the rows below the resume line's number, of all attempts it goes on from", () => {
    const attempts = [
      epochs(1, 9),
      ['{"$resume":{"epoch":5}}', ...epochs(5, 8)],
      ['{"$resume":{"epoch":7}}', ...epochs(7, 9)],
    ];
    expect(valuesOf(build(attempts, ["epoch"]), "epoch")).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("supersedes earlier rows of the same attempt too", () => {
    const lines = [...epochs(1, 6), '{"$resume":{"epoch":3}}', ...epochs(3, 5)];
    expect(valuesOf(build([lines], ["epoch"]), "epoch")).to.deep.equal([1, 2, 3, 4]);
  });

  it("lets a row without the key go the way of the row before it", () => {
    const lines = ['{"v":0}', '{"epoch":1}', '{"v":1}', '{"epoch":2}', '{"v":2}'];
    const builder = build([lines, ['{"$resume":{"epoch":2}}', '{"v":9}']], ["v", "epoch"]);
    expect(valuesOf(builder, "v")).to.deep.equal([0, NaN, 1, 9]);
  });

  it("names the keys of resume lines that it does not follow", () => {
    const attempts = [['{"epoch":1,"a":1}', '{"epoch":2,"a":2}'], ['{"$resume":{"epoch":2}}']];
    expect(build(attempts, ["a"]).unfollowed).to.deep.equal(["epoch"]);
    const builder = build(attempts, ["a"], ["epoch"]);
    expect(builder.unfollowed).to.deep.equal([]);
    expect(valuesOf(builder, "a")).to.deep.equal([1]);
  });

  it("drops what dropping at once would drop, whatever lines come in whatever order", () => {
    const number = fc.nat(6);
    const line = fc.oneof(
      number.map((epoch) => ({ epoch })),
      fc.constant({}),
      number.map((from) => ({ from })),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (all) => {
        const lines = all.map((one, index) =>
          "from" in one ? `{"$resume":{"epoch":${one.from}}}` : JSON.stringify({ ...one, index }),
        );
        const indices = valuesOf(build([lines], ["index", "epoch"]), "index");
        expect(indices).to.deep.equal(keptAtOnce(all));
      }),
      { numRuns: 1000 },
    );
  });

  it("takes time linear in the lines, also when every other one supersedes a row", () => {
    // One walk over the rows for each would be minutes: the limit is the assertion.
    const count = 50_000;
    const lines = Array.from({ length: count }, (_, i) => [
      `{"epoch":${count + 1 - i}}`,
      `{"$resume":{"epoch":${count + 1}}}`,
    ]);
    const rows = [...epochs(1, count).reverse(), ...lines.flat()];
    const falling = Array.from({ length: count }, (_, i) => `{"$resume":{"epoch":${count - i}}}`);
    expect(build([[...rows, ...falling]], ["epoch"]).finish().rows).to.equal(0);
  }).timeout(20_000);

  it("counts resume lines as damaged when they name more keys than any run has", () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `{"$resume":{"key${i}":1}}`);
    const builder = build([lines], ["a"]);
    expect(builder.unfollowed).to.have.length(16);
    expect(builder.finish().damaged).to.equal(984);
    const again = build([lines], ["a"], builder.unfollowed);
    expect(again.unfollowed).to.have.length(0);
    expect(again.finish().damaged).to.equal(984);
  });

  it("gives the rows of an undisturbed run, wherever it was cut and resumed", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ reached: fc.nat(40), back: fc.nat(10) })), (cuts) => {
        const attempts: string[][] = [];
        let start = 0;
        for (const { reached, back } of cuts) {
          const end = start + reached;
          attempts.push([`{"$resume":{"epoch":${start}}}`, ...epochs(start, end)]);
          start = Math.max(0, end - back);
        }
        attempts.push([`{"$resume":{"epoch":${start}}}`, ...epochs(start, 300)]);
        const end = Math.max(300, start);
        const expected = Array.from({ length: end }, (_, i) => i);
        expect(valuesOf(build(attempts, ["epoch"]), "epoch")).to.deep.equal(expected);
      }),
    );
  });
});

/** Which lines' rows stay when every resume line drops rows as soon as it comes. */
function keptAtOnce(
  lines: readonly { readonly epoch?: number; readonly from?: number }[],
): readonly number[] {
  let rows: { readonly index: number; readonly epoch: number | undefined }[] = [];
  for (const [index, { epoch, from }] of lines.entries()) {
    if (from === undefined) {
      rows.push({ index, epoch });
      continue;
    }
    let isSuperseded = false;
    rows = rows.filter((row) => {
      if (row.epoch !== undefined) isSuperseded = row.epoch >= from;
      return !isSuperseded;
    });
  }
  return rows.map(({ index }) => index);
}
