import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { prepare } from "../src/commands/prepare.ts";
import { DEFAULT_OPTIONS } from "./support/prepare-in.ts";
import { withTempDirectory } from "./support/temp-directory.ts";
import { makeTempProject } from "./support/temp-project.ts";
import { testHost } from "./support/test-host.ts";

const never = new AbortController().signal;

describe("docs/schedules.md", () => {
  it(
    "has schedules that can be prepared, with as many experiments and the axes that it says",
    withTempDirectory(async (folder) => {
      await makeTempProject(folder);
      await mkdir(join(folder, "schedules/page"));
      const page = await readFile("docs/schedules.md", "utf8");
      let [common, shown, executed] = ["", "", 0];
      for (const [, language = "", text = ""] of page.matchAll(
        /```(yaml|ts|text)\n([\s\S]*?)```/g,
      )) {
        if (text.startsWith("# in every example")) common = text;
        else if (text.startsWith("Design: ")) expect(shown).to.include(text);
        else if (language !== "text") {
          const file = join("schedules/page", `grid_schedule_page${executed}.${language}`);
          await writeFile(join(folder, file), language === "ts" ? text : common + text);
          const options = { ...DEFAULT_OPTIONS, scheduleFile: file, dryRun: true };
          const host = testHost({ workingFolder: folder });
          const report = await prepare.run(options, host, never, never);
          shown = prepare.render(report);
          executed += 1;
          const [, announced = "20"] = /^(?:#|\/\/) (\d+) experiments\n/.exec(text) ?? [];
          expect(report.search.experiments, text).to.equal(Number(announced));
          for (const one of report.storages)
            expect(one.experiments, text).to.equal(Number(announced));
        }
      }
      expect(executed).to.equal(13);
    }),
  ).timeout(60_000);
});
