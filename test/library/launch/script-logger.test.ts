import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { parseRecordLine } from "../../../src/core/recording/record-line.ts";
import { UserError } from "../../../src/errors.ts";
import { formatMetrics } from "../../../src/library/launch/metric-files.ts";
import { createScriptLogger } from "../../../src/library/launch/script-logger.ts";
import { openRecordings } from "../../../src/tree/reading/run-recordings.ts";
import { errorOf } from "../../support/error-of.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";

const TOKEN = "0123456789abcdef0123456700000001";

describe("formatMetrics", () => {
  it("writes what reads back, NaN and infinities too", () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (values) => {
        fc.pre(!("$resume" in values) && !Object.hasOwn(values, "__proto__"));
        const line = parseRecordLine(formatMetrics(values));
        if (line.kind !== "row") throw new Error(line.kind);
        expect(Object.keys(line.values)).to.have.members(Object.keys(values));
        for (const [name, one] of Object.entries(values)) {
          const expected = typeof one === "number" && !Number.isFinite(one) ? String(one) : one;
          // JSON's numbers have a -0 of which JSON.stringify makes 0.
          const actual = line.values[name];
          expect(Object.is(actual, -0) ? 0 : actual).to.equal(
            Object.is(expected, -0) ? 0 : expected,
          );
        }
      }),
    );
  });
});

describe("createScriptLogger", () => {
  it(
    "writes lines that come slowly at once, and those that come fast while the program is busy",
    withTempDirectory(async (folder) => {
      await Promise.resolve();
      let now = 1_000_000;
      const clock = { now: () => now, monotonicMs: () => now, sleep: () => Promise.resolve() };
      const logger = createScriptLogger(folder, 1, {}, testHost({ clock }));
      const written = () => readFileSync(join(folder, "metrics/train.json"), "utf8");
      logger.logMetrics({ loss: 0 });
      now += 101;
      logger.logMetrics({ loss: 1 });
      expect(written()).to.equal('{"loss":0}\n{"loss":1}\n');
      logger.logMetrics({ loss: 2 });
      logger.logMetrics({ name: "é€😀" }, "other");
      // This thread lets go of nothing: another one has to write.
      const endMs = performance.now() + 20_000;
      while (performance.now() < endMs && !written().endsWith('{"loss":2}\n'));
      expect(written()).to.equal('{"loss":0}\n{"loss":1}\n{"loss":2}\n');
      expect(readFileSync(join(folder, "metrics/other.json"), "utf8")).to.equal(
        '{"name":"é€😀"}\n',
      );
      logger.logMetrics({ loss: 4 });
      logger.logCheckpoint({});
      expect(written()).to.include('{"loss":4}\n');
    }),
  );

  it(
    "keeps every line and its order, however many and however long",
    withTempDirectory(async (folder) => {
      await Promise.resolve();
      const logger = createScriptLogger(folder, 1, {}, testHost());
      const words = ["", "é", "x".repeat(500), "😀".repeat(100_000), "y".repeat(3 << 20)];
      const lines = Array.from({ length: 20_000 }, (_, iter) => ({
        iter,
        word: iter < 19_990 ? (words[iter % 3] ?? "") : (words[iter % 5] ?? ""),
      }));
      for (const line of lines) logger.logMetrics(line);
      logger.flush();
      const text = readFileSync(join(folder, "metrics/train.json"), "utf8");
      expect(text === lines.map((line) => `${JSON.stringify(line)}\n`).join("")).to.equal(true);
    }),
  );

  it(
    "leaves the former checkpoint when saving is cut off, whole",
    withTempDirectory(async (folder) => {
      await Promise.resolve();
      const logger = createScriptLogger(folder, TOKEN, {}, testHost());
      expect(logger.loadCheckpoint()).to.equal(undefined);
      const saved = {
        epoch: 1,
        weights: new Float64Array([1, Number.NaN]),
        map: new Map([[1, "a"]]),
      };
      logger.logCheckpoint(saved);
      const replace = () => {
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      };
      const full = createScriptLogger(
        folder,
        TOKEN,
        {},
        testHost({ files: { ...diskFiles, replace } }),
      );
      expect(() => {
        full.logCheckpoint({ epoch: 2 });
      }).to.throw("no space");
      expect(
        errorOf(UserError, () => {
          logger.logCheckpoint({ f: () => 1 });
        }).code,
      ).to.equal("usage");
      expect(logger.loadCheckpoint()).to.deep.equal(saved);
      diskFiles.write(join(folder, "artifacts/Checkpoint/torn.v8"), "\uffff");
      expect(errorOf(UserError, () => logger.loadCheckpoint("torn")).code).to.equal("unreadable");
    }),
  );

  it(
    "keeps the lines of earlier attempts once a checkpoint was loaded, but for those that are superseded",
    withTempDirectory(async (folder) => {
      await Promise.resolve();
      const epochs = (...list: readonly number[]) => list.map((epoch) => ({ epoch }));
      const attempt = (mark: number, loads: boolean, from?: number) => {
        const logger = createScriptLogger(folder, mark, {}, testHost());
        if (loads) logger.loadCheckpoint();
        if (from !== undefined) logger.resume("epoch", from);
        return logger;
      };
      const first = attempt(1, false);
      for (const line of epochs(0, 1, 2)) first.logMetrics(line);
      first.logCheckpoint({ epoch: 1 });
      const recorded = () => openRecordings(folder, testHost()).values("train", "epoch");
      const second = attempt(2, true, 2);
      for (const line of epochs(2, 3)) second.logMetrics(line);
      second.flush();
      expect(recorded()).to.deep.equal([0, 1, 2, 3]);
      const third = attempt(3, true);
      third.logMetrics({ epoch: 9 });
      third.flush();
      expect(recorded()).to.deep.equal([0, 1, 2, 3, 9]);
      const afresh = attempt(4, false);
      afresh.logMetrics({ epoch: 0 });
      afresh.flush();
      expect(recorded()).to.deep.equal([0]);
    }),
  );

  it(
    "saves artifacts of any type that is described, under names that stay in their folder",
    withTempDirectory(async (folder) => {
      await Promise.resolve();
      const types = { Plot: { extension: ".svg", encode: (size: number) => `<svg w="${size}"/>` } };
      const logger = createScriptLogger(folder, TOKEN, types, testHost());
      logger.logArtifact({ a: [1] }, "table");
      logger.logArtifact(3, "loss.svg", "Plot");
      expect(readFileSync(join(folder, "artifacts/Plot/loss.svg"), "utf8")).to.equal(
        '<svg w="3"/>',
      );
      expect(readFileSync(join(folder, "artifacts/Json/table.json"), "utf8")).to.include('"a"');
      for (const act of [
        () => {
          logger.logArtifact(1, "x", "Plott");
        },
        () => {
          logger.logArtifact(1, "../x");
        },
        () => {
          logger.logCheckpoint(1, ".hidden");
        },
        () => {
          logger.logMetrics({ a: 1 }, "a/b");
        },
      ]) {
        expect(errorOf(UserError, act).code).to.equal("usage");
      }
    }),
  );
});
