import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../../src/errors.ts";
import { createRecorder } from "../../src/tree/recorder.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";

const TOKEN = "a".repeat(32);
const host = testHost();

describe("createRecorder", () => {
  it(
    "writes a file for each series, made when it is first used",
    withTempDirectory((folder) => {
      const recorder = createRecorder(folder, TOKEN, host);
      expect(readdirSync(folder)).to.deep.equal([]);
      recorder.record({ epoch: 1, loss: 0.5 });
      recorder.record({ epoch: 2, loss: NaN, rate: -Infinity });
      recorder.record({ accuracy: -0 }, "eval");
      recorder.resume("epoch", 51, "eval");
      const read = (name: string) => readFileSync(join(folder, "recorders", name), "utf8");
      expect(read(`train_recorder.${TOKEN}.jsonl`)).to.equal(
        '{"epoch":1,"loss":0.5}\n{"epoch":2,"loss":NaN,"rate":-Infinity}\n',
      );
      expect(read(`eval_recorder.${TOKEN}.jsonl`)).to.equal(
        '{"accuracy":-0}\n{"$resume":{"epoch":51}}\n',
      );
      expect(recorder.series()).to.deep.equal(["train", "eval"]);
      recorder.close();
      return Promise.resolve();
    }),
  );

  it(
    "writes each record by one write, before it returns",
    withTempDirectory((folder) => {
      const writes: string[] = [];
      const openAppend = () => ({
        write: (text: string) => void writes.push(text),
        close: () => undefined,
      });
      const recorder = createRecorder(folder, TOKEN, { files: { ...diskFiles, openAppend } });
      recorder.record({ a: 1 });
      expect(writes).to.deep.equal(['{"a":1}\n']);
      recorder.record({ a: 2 });
      expect(writes).to.have.length(2);
      return Promise.resolve();
    }),
  );

  it(
    "drops what comes after it was closed",
    withTempDirectory((folder) => {
      const recorder = createRecorder(folder, TOKEN, host);
      recorder.close();
      recorder.record({ a: 1 });
      recorder.resume("a", 1);
      expect(readdirSync(folder)).to.deep.equal([]);
      return Promise.resolve();
    }),
  );

  it(
    "refuses a series that is no file name, values that are no numbers, and half a resume",
    withTempDirectory((folder) => {
      const recorder = createRecorder(folder, TOKEN, host);
      // As a program in JavaScript can call it.
      const anyValue = (value: unknown) => value as number;
      for (const series of ["", "a/b", "..", "a_b", "é", "x".repeat(101)]) {
        expect(() => {
          recorder.record({ a: 1 }, series);
        }).to.throw(UserError, JSON.stringify(series));
      }
      for (const value of ["1", true, null, undefined, 1n, [1]]) {
        expect(() => {
          recorder.record({ loss: anyValue(value) });
        }).to.throw(UserError, '"loss"');
      }
      expect(() => {
        recorder.resume("epoch", NaN);
      }).to.throw(UserError, "NaN");
      expect(() => {
        recorder.resume("epoch", anyValue("2"));
      }).to.throw(UserError, '"2"');
      expect(readdirSync(folder)).to.deep.equal([]);
      return Promise.resolve();
    }),
  );
});
