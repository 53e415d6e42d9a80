import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import type { BenchmarkReport } from "../../src/commands/benchmark/report.ts";
import { type DrawnSearch, readVisuals } from "../../src/commands/visuals-files.ts";
import type { SearchFacts } from "../../src/core/search/search-facts.ts";
import { UserError } from "../../src/errors.ts";
import { bench, benchStored, done, failureOf } from "../support/bench-in.ts";
import { writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const VISUALS = {
  titles_dict: { digits: "Handwritten digits" },
  axis_titles_dict: { accuracy: "Test accuracy" },
  labels_dict: { mlp: "Perceptron", softmax: "Softmax regression" },
  colors_dict: { mlp: "#123456", softmax: "tab:red" },
  markers_dict: { mlp: "s", softmax: "*" },
};
const CURVES = { hlines: { digits: [{ y: 0.1, label: "chance", colors: "crimson" }] } };
const RUNS = [1, 2].flatMap((seed) => [done(1, seed, 0.5 + seed / 10), done(2, seed, 0.6)]);

/** Two searches listed in `schedules/a`, with these files beside the list. */
async function writeListed(root: string, files: Readonly<Record<string, object>>): Promise<string> {
  const names = [
    await writeSmallStorage(root, { id: "ab1", runs: RUNS }),
    await writeSmallStorage(root, { id: "ab2", algName: "softmax", runs: RUNS }),
  ];
  const folder = join(root, "schedules/a");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "list_searches_a.txt"), names.join("\n"));
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(folder, name), JSON.stringify(value));
  }
  return join(folder, "list_searches_a.txt");
}

const FOUND = { visualsFile: undefined, additionalCurvesFile: undefined };

function specificationOf(root: string, { files }: BenchmarkReport, name: string): string {
  return readFileSync(
    join(root, files.find((file) => file.endsWith(`/${name}.vl.json`)) ?? ""),
    "utf8",
  );
}

describe("readVisuals", () => {
  for (const benchmarkType of ["compare_searches", "compare_models"] as const) {
    it(
      `finds both files beside the list, and ${benchmarkType} draws as they say`,
      withTempDirectory(async (root) => {
        const fromFile = await writeListed(root, {
          "visuals_a.json": VISUALS,
          "additional_curves_a.json": CURVES,
        });
        const choice = { experiments: "best", benchmarkType } as const;
        const report = await benchStored(root, [], { fromFile, ...FOUND, ...choice });
        const name = benchmarkType === "compare_searches" ? "best_of_n" : "learning_curves";
        const figure = specificationOf(root, report, name);
        for (const text of ["Handwritten digits", "Test accuracy", "Perceptron", "chance"]) {
          expect(figure).to.include(text);
        }
        for (const look of ["#123456", "#d62728", '"square"', "crimson"]) {
          expect(figure).to.include(look);
        }
        expect(report.settings).to.include({
          visualsFile: "visuals_a.json",
          additionalCurvesFile: "additional_curves_a.json",
        });
        expect(report.notes.join("\n")).not.to.include("visuals_a.json");
      }),
    );
  }

  it(
    "refuses a file that forgets an algorithm, with the name that was probably meant",
    withTempDirectory(async (root) => {
      const labels = { labels_dict: { mpl: "Perceptron", softmax: "Softmax" } };
      const fromFile = await writeListed(root, { "visuals_a.json": labels });
      const error = await failureOf(benchStored(root, [], { fromFile, ...FOUND }));
      expect(error.message).to.include('labels_dict has no entry for "mlp"');
      expect(error.hint)
        .to.include('Is "mpl" meant to be "mlp"?')
        .and.include("--visuals_file none");
      const report = await benchStored(root, [], { fromFile, ...FOUND, visualsFile: "none" });
      expect(report.files).not.to.deep.equal([]);
    }),
  );

  it(
    "draws, and notes what the files say of algorithms and tasks that no search has",
    withTempDirectory(async (root) => {
      const labels = { ...VISUALS.labels_dict, forest: "Random forest" };
      const fromFile = await writeListed(root, {
        "visuals_a.json": { ...VISUALS, labels_dict: labels },
        "additional_curves_a.json": { hlines: { letters: [{ y: 0.9 }] } },
      });
      const { notes } = await benchStored(root, [], { fromFile, ...FOUND });
      expect(notes.join("\n")).to.match(
        /visuals_a\.json: no search here has the algorithm forest /,
      );
      expect(notes.join("\n")).to.match(/additional_curves_a\.json: .* the task letters /);
    }),
  );

  it(
    "gives several searches of one algorithm looks of their own",
    withTempDirectory(async (root) => {
      const path = join(root, "visuals.json");
      writeFileSync(path, JSON.stringify({ colors_dict: { mlp: "#123456" } }));
      const searches = [
        { id: "ab1", runs: RUNS },
        { id: "ab2", kind: "random" as const, runs: RUNS },
      ];
      const report = await bench(root, searches, { visualsFile: path });
      expect(specificationOf(root, report, "best_of_n")).not.to.include("#123456");
    }),
  );

  it(
    "says so where a file that is named is not there, or is no JSON",
    withTempDirectory(async (root) => {
      const searches = [{ id: "ab1", runs: RUNS }];
      const missing = await failureOf(bench(root, searches, { visualsFile: "nowhere.json" }));
      expect(missing.code).to.equal("not-found");
      writeFileSync(join(root, "broken.json"), "{");
      const broken = await failureOf(
        benchStored(root, ["ab1_f7b375e_mlp_digits_grid_a"], {
          additionalCurvesFile: "broken.json",
        }),
      );
      expect(broken.message).to.include("broken.json is not valid JSON");
    }),
  );

  it(
    "finds the files beside the schedule of storages that no list names",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const path = join(root, `visuals_${basename(root)}.json`);
      writeFileSync(path, JSON.stringify(VISUALS));
      const report = await benchStored(root, [name], FOUND);
      expect(specificationOf(root, report, "best_of_n")).to.include("Perceptron");
      // A schedule has more algorithms than one of its searches.
      expect(report.notes.join()).not.to.include("visuals_");
    }),
  );

  it(
    "takes none of several schedules' files, and says so",
    withTempDirectory((root) => {
      const searches = ["a", "b"].map((folder) => {
        mkdirSync(join(root, folder));
        writeFileSync(join(root, folder, `visuals_${folder}.json`), JSON.stringify(VISUALS));
        return drawnSearch(root, `${folder}/grid_schedule_a.ts`);
      });
      const { visuals, notes, files } = readVisuals(FOUND, undefined, searches, testHost());
      expect(visuals.labels.size).to.equal(0);
      expect(files.visualsFile).to.equal(null);
      expect(notes.join()).to.include("visuals_b.json").and.include("--visuals_file");
      return Promise.resolve();
    }),
  );

  it(
    "notes what cannot be used where nobody could mend it, and a place that is closed to this user",
    withTempDirectory((root) => {
      writeFileSync(join(root, `visuals_${basename(root)}.json`), '{"labels_dict":{"mpl":"x"}}');
      const searches = [drawnSearch(root, "grid_schedule_a.ts")];
      const read = (isUnattended: boolean, host = testHost()) =>
        readVisuals({ ...FOUND, isUnattended }, undefined, searches, host);
      expect(() => read(false)).to.throw(UserError, "labels_dict has no entry");
      expect(read(true).notes.join()).to.include("Drawn without the visuals_file: ");
      expect(read(true).files.visualsFile).to.equal(null);
      const { files } = testHost();
      const refuse = () => {
        throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
      };
      const closed = testHost({ files: { ...files, read: refuse } });
      expect(read(false, closed).notes.join()).to.include("EACCES");
      return Promise.resolve();
    }),
  );
});

function drawnSearch(root: string, schedule: string): DrawnSearch {
  const name = {
    id: "ab1",
    codeVersion: "f7b375e",
    algName: "mlp",
    taskName: "digits",
    kind: "grid",
    desc: "a",
  } as const;
  // All that is read of them.
  return { storage: join(root, "ab1"), facts: { name, project: "..", schedule } as SearchFacts };
}
