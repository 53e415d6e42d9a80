import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { visitRuns } from "../../../src/tree/directory-tree.ts";
import { introduceLogs } from "../../../src/tree/log-tree.ts";
import { formatVariations } from "../../../src/tree/variations-file.ts";
import { readSearchFacts } from "../../../src/tree/search-file.ts";
import { examineIn, prepareHealthy, summaryOf } from "../../support/examine-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

describe("aldoctor, of logs of scripts that launch themselves", () => {
  it(
    "looks into each of their numbered folders",
    withTempDirectory(async (project) => {
      const facts = readSearchFacts(await prepareHealthy(project), testHost());
      const logs = join(project, "logs");
      mkdirSync(logs);
      introduceLogs(logs, { ...facts, program: { ownCommand: true } }, testHost());
      const none = { schemaVersion: 1, kind: "grid", variations: {} } as const;
      writeFileSync(join(logs, "variations.json"), formatVariations(none));
      for (const id of ["1", "2", "10"]) {
        mkdirSync(join(logs, id));
        for (const file of ["config.json", "config_unique.json"])
          writeFileSync(join(logs, id, file), "{}");
        writeFileSync(join(logs, id, "UNHATCHED"), "\n");
      }
      const options = { rootDir: ".", storageNames: ["logs"] };
      const healthy = await examineIn(project, options);
      expect(summaryOf(healthy)).to.deep.equal([]);
      expect(healthy.runs).to.equal(3);
      writeFileSync(join(logs, "2", "CRASH"), "");
      rmSync(join(logs, "10", "config_unique.json"));
      const spoilt = summaryOf(await examineIn(project, options));
      expect(spoilt).to.have.members([
        "several-flags 2",
        "unique-config-missing 10/config_unique.json",
      ]);
      const visited = [...visitRuns(logs, { experiments: [{ from: 2, to: 10 }] }, testHost())];
      expect(visited.map(({ run }) => run.path)).to.deep.equal([join(logs, "2"), join(logs, "10")]);
    }),
  );
});
