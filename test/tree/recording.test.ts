import { expect } from "chai";
import fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runPath } from "../../src/tree/paths.ts";
import { createRecorder } from "../../src/tree/recorder.ts";
import { listKeys, listSeries, readSeries } from "../../src/tree/recording.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";

const TOKEN = "0".repeat(31);
const host = testHost();

/** A run folder with a flag and recorder files of these contents. */
function makeRun(storage: string, flag: string, recorders: Readonly<Record<string, string>>) {
  const run = runPath(storage, 1, 1);
  mkdirSync(join(run.path, "recorders"), { recursive: true });
  writeFileSync(join(run.path, flag), "\n");
  for (const [name, text] of Object.entries(recorders)) {
    writeFileSync(join(run.path, "recorders", name), text);
  }
  return run;
}

const values = (...args: Parameters<typeof readSeries>) => [
  ...(readSeries(...args).columns.get(args[2][0] ?? "")?.values ?? []),
];

describe("readSeries", () => {
  it(
    "gives back what a recorder wrote, missing keys, NaN and infinities included",
    withTempDirectory((storage) => {
      let count = 0;
      const row = fc.dictionary(fc.constantFrom("a", "b", "η", "__proto__"), fc.double());
      fc.assert(
        fc.property(fc.array(row), (rows) => {
          const run = makeRun(join(storage, `s${++count}`), `OPENED.h.1.${TOKEN}0`, {});
          const recorder = createRecorder(run.path, `${TOKEN}0`, host);
          for (const row of rows) recorder.record(row);
          recorder.close();
          const read = readSeries(run, "train", ["a", "__proto__"], host);
          expect(read.rows).to.equal(rows.length);
          for (const key of ["a", "__proto__"]) {
            const expected = rows.map((row) => (Object.hasOwn(row, key) ? row[key] : undefined));
            const column = read.columns.get(key);
            expect([...(column?.values ?? [])]).to.deep.equal(expected.map((v) => v ?? NaN));
            expect([...(column?.recorded ?? [])]).to.deep.equal(
              expected.map((v) => (v === undefined ? 0 : 1)),
            );
          }
        }),
        { numRuns: 50 },
      );
      return Promise.resolve();
    }),
  );

  it(
    "puts the attempts together in the order of their numbers",
    withTempDirectory((storage) => {
      const run = makeRun(storage, "COMPLETED", {
        "train_recorder.jsonl": '{"e":1}\n{"e":2}\n',
        "train_recorder.2.jsonl": '{"$resume":{"e":2}}\n{"e":2}\n{"e":3}\n{"e":4}\n',
        "train_recorder.10.jsonl": '{"$resume":{"e":4}}\n{"e":4}\n{"e":5}\n',
      });
      expect(values(run, "train", ["e"], host)).to.deep.equal([1, 2, 3, 4, 5]);
      return Promise.resolve();
    }),
  );

  it(
    "follows a resume line whose key is not asked for",
    withTempDirectory((storage) => {
      const run = makeRun(storage, "COMPLETED", {
        "train_recorder.jsonl": '{"e":1,"a":10}\n{"e":2,"a":20}\n',
        "train_recorder.2.jsonl": '{"$resume":{"e":2}}\n{"e":2,"a":21}\n',
      });
      expect(values(run, "train", ["a"], host)).to.deep.equal([10, 21]);
      return Promise.resolve();
    }),
  );

  it(
    "reads the file of the attempt that runs, not that of one declared void",
    withTempDirectory((storage) => {
      const run = makeRun(storage, `OPENED.host.12.${TOKEN}1`, {
        "train_recorder.jsonl": '{"e":1}\n',
        [`train_recorder.${TOKEN}1.jsonl`]: '{"$resume":{"e":2}}\n{"e":2}\n',
        [`train_recorder.${TOKEN}2.jsonl`]: '{"$resume":{"e":2}}\n{"e":99}\n',
      });
      expect(values(run, "train", ["e"], host)).to.deep.equal([1, 2]);
      return Promise.resolve();
    }),
  );

  it(
    "reads the file of a settled attempt that is not published yet",
    withTempDirectory((storage) => {
      const run = makeRun(storage, "COMPLETED", { [`eval_recorder.${TOKEN}1.jsonl`]: '{"e":7}\n' });
      const record = { schemaVersion: 1, attempt: 1, owner: "", outcome: "completed" };
      const text = JSON.stringify({ ...record, cause: { kind: "done" }, seconds: 1 });
      writeFileSync(join(run.path, `run.${TOKEN}1.json`), text);
      expect(values(run, "eval", ["e"], host)).to.deep.equal([7]);
      writeFileSync(join(run.path, "run.json"), text);
      expect(values(run, "eval", ["e"], host), "voided").to.deep.equal([]);
      return Promise.resolve();
    }),
  );

  it(
    "counts a torn last line and gives the rows before it",
    withTempDirectory((storage) => {
      const text = '{"e":1}\n{"e":2}\n{"e":345}';
      for (let cut = 17; cut < text.length; cut++) {
        const run = makeRun(join(storage, `s${cut}`), "CRASH", {
          "train_recorder.jsonl": text.slice(0, cut),
        });
        const { rows, damaged } = readSeries(run, "train", ["e"], host);
        expect({ rows, damaged }).to.deep.equal({ rows: 2, damaged: 1 });
      }
      return Promise.resolve();
    }),
  );

  it("reads the same however the file comes in pieces, and any bytes without an error", () => {
    const run = runPath("/storage", 1, 1);
    const piece = fc.oneof(
      fc.uint8Array(),
      fc
        .constantFrom('{"a":NaN}\n', '{"a":1', "}\n", "\n", '{"$resume":{"a":1}}\n', "😀")
        .map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const read = (chunks: readonly Uint8Array[]) => {
          const list = (folder: string) =>
            folder.endsWith("recorders") ? ["train_recorder.jsonl"] : ["COMPLETED"];
          const files = { ...diskFiles, list, readChunks: () => chunks };
          return readSeries(run, "train", ["a"], { files });
        };
        const bytes = pieces.flatMap((bytes) => [...bytes]);
        const single = bytes.map((byte) => Uint8Array.of(byte));
        expect(read(pieces)).to.deep.equal(read([Uint8Array.from(bytes)]));
        expect(read(single)).to.deep.equal(read([Uint8Array.from(bytes)]));
      }),
    );
  });

  it(
    "has no rows where nothing was recorded",
    withTempDirectory((storage) => {
      const read = readSeries(runPath(storage, 1, 1), "train", ["a"], host);
      expect(read.rows).to.equal(0);
      expect(read.columns.get("a")?.values).to.have.length(0);
      return Promise.resolve();
    }),
  );
});

describe("listSeries, listKeys", () => {
  it(
    "say what was recorded",
    withTempDirectory((storage) => {
      const run = makeRun(storage, "COMPLETED", {
        "train_recorder.jsonl":
          '{"loss":NaN,"note":"x"}\n{"accuracy":1,"$resume":2}\n{"$resume":{"e":1}}\n',
        "eval-2_recorder.3.jsonl": "",
        "notes.txt": "",
        "train_recorder.1.jsonl": '{"wrong":1}\n',
      });
      expect(listSeries(run, host)).to.deep.equal(["eval-2", "train"]);
      expect(listKeys(run, "train", host)).to.deep.equal(["loss", "accuracy", "$resume"]);
      expect(listKeys(run, "none", host)).to.deep.equal([]);
      return Promise.resolve();
    }),
  );
});
