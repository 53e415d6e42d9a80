import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { UserError } from "../../src/errors.ts";
import { findStorage } from "../../src/tree/directory-tree.ts";
import { diskFiles } from "../support/test-host.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const files = { files: diskFiles };

describe("findStorage", () => {
  it(
    "finds whatever name a storage can have",
    withTempDirectory((root) => {
      for (const name of ["ju1_a_b_c_grid_d", "with..dots", "two words", "日本", "-x"]) {
        mkdirSync(join(root, name));
        expect(findStorage(root, name, files)).to.equal(join(root, name));
      }
      return Promise.resolve();
    }),
  );

  it(
    "refuses names that lead elsewhere, are our own, or would break a terminal",
    withTempDirectory((root) => {
      mkdirSync(join(root, ".ids"));
      for (const name of ["..", ".ids", "a/b", "a\\b", "a\0b", "a\nb", "\u001b[2J", "\u009b", ""]) {
        const find = () => findStorage(root, name, files);
        expect(find, JSON.stringify(name)).to.throw(UserError).with.property("code", "usage");
      }
      return Promise.resolve();
    }),
  );

  it("never looks outside of the root, and says little about a long name", () => {
    const looked: string[] = [];
    const list = (path: string) => {
      looked.push(path);
      return undefined;
    };
    const name = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", "../..", "/etc", "a/../..", "x".repeat(1e6)),
    );
    fc.assert(
      fc.property(name, (text) => {
        const find = () => findStorage("/r", text, { files: { ...diskFiles, list } });
        expect(find).to.throw(UserError).with.property("message").that.has.length.below(1000);
      }),
    );
    expect(looked.every((path) => /^\/r\/[^/]+$/.test(path))).to.equal(true);
  });
});
