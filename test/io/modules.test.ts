import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { userModules } from "../../src/io/modules.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

describe("userModules", () => {
  const SAME = {
    "value.json": '{ "a": [1, 2] }',
    "value.yaml": "a: [1, 2]\n",
    "value.yml": "a:\n  - 1\n  - 2\n",
    "value.mjs": "export default { a: [1, 2] };",
    "value.ts": "const a: readonly number[] = [1, 2];\nexport default { a } satisfies object;",
  };
  for (const [name, text] of Object.entries(SAME)) {
    it(
      `loads ${name}`,
      withTempDirectory(async (folder) => {
        const exports = await load(folder, name, text);
        expect(exports["default"]).to.deep.equal({ a: [1, 2] });
      }),
    );
  }

  for (const name of ["schedule.ts", "schedule.mjs"]) {
    it(
      `lets ${name} import the package by its name where it is not installed`,
      withTempDirectory(async (folder) => {
        const text = 'import { choice } from "hatchery";\nexport const made = choice(["a"]);';
        expect(await load(folder, name, text)).to.have.property("made");
      }),
    );
  }

  it(
    "lets what a module throws through",
    withTempDirectory(async (folder) => {
      const error = await load(folder, "bad.mjs", 'throw new RangeError("no");').catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(RangeError).with.property("message", "no");
    }),
  );
});

function load(folder: string, name: string, text: string) {
  writeFileSync(join(folder, name), text);
  return userModules.load(join(folder, name));
}
