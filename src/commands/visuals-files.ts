import { basename, dirname, join, resolve } from "node:path";

import type { Argv } from "yargs";

import { nearest } from "../core/config/problems.ts";
import type { TaskReference } from "../core/figures/reference-lines.ts";
import {
  NO_VISUALS,
  parseAdditionalCurves,
  parseVisuals,
  type Visuals,
} from "../core/figures/visuals.ts";
import type { SearchName } from "../core/search-name.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";

/** Files that say how figures are to look; undefined: those beside the list; `none`: none. */
export type VisualsChoice = {
  readonly visualsFile: string | undefined;
  readonly additionalCurvesFile: string | undefined;
};

/** What these files say, checked against the searches that are drawn. */
export type FoundVisuals = {
  readonly visuals: Visuals;
  readonly lines: readonly TaskReference[];
  /** What in them is about none of the searches. */
  readonly notes: readonly string[];
  /** Names of the files, without folders. */
  readonly files: Readonly<Record<keyof VisualsChoice, string | null>>;
};

export function visualsOptions<Options>(args: Argv<Options>) {
  return args
    .option("visuals_file", {
      type: "string",
      defaultDescription: "visuals_<name>.json beside the list",
      describe: "how algorithms, tasks and metrics are called and drawn; none: as they are",
    })
    .option("additional_curves_file", {
      type: "string",
      defaultDescription: "additional_curves_<name>.json beside the list",
      describe: "horizontal lines for each task; none: without",
    });
}

/**
 * Finds and reads both files. An algorithm that a file forgets is refused: beside the others it would
 * have the look of one of them. One that the file has and no search is noted.
 * @throws UserError `not-found`, `config-invalid`
 */
export function readVisuals(
  { visualsFile, additionalCurvesFile }: VisualsChoice,
  fromFile: string | undefined,
  names: readonly SearchName[],
  host: Pick<Host, "files" | "workingFolder">,
): FoundVisuals {
  const seen = {
    algorithms: [...new Set(names.map(({ algName }) => algName))],
    tasks: [...new Set(names.map(({ taskName }) => taskName))],
  };
  const first = readOne("visuals", visualsFile, fromFile, host);
  const second = readOne("additional_curves", additionalCurvesFile, fromFile, host);
  const visuals = first === undefined ? NO_VISUALS : parseVisuals(first.text, first.path);
  const lines = second === undefined ? [] : parseAdditionalCurves(second.text, second.path);
  if (first !== undefined) checkAlgorithms(visuals, seen.algorithms, first.path);
  const lineTasks = lines.flatMap(({ task }) => task ?? []);
  return {
    visuals,
    lines,
    notes: [
      ...(first === undefined
        ? []
        : strangers(first.path, "algorithm", algorithmsOf(visuals), seen.algorithms)),
      ...(first === undefined
        ? []
        : strangers(first.path, "task", [...visuals.titles.keys()], seen.tasks)),
      ...(second === undefined ? [] : strangers(second.path, "task", lineTasks, seen.tasks)),
    ],
    files: {
      visualsFile: first === undefined ? null : basename(first.path),
      additionalCurvesFile: second === undefined ? null : basename(second.path),
    },
  };
}

type ReadFile = { readonly path: string; readonly text: string };

function readOne(
  kind: "visuals" | "additional_curves",
  choice: string | undefined,
  fromFile: string | undefined,
  { files, workingFolder }: Pick<Host, "files" | "workingFolder">,
): ReadFile | undefined {
  if (choice === "none") return undefined;
  if (choice !== undefined) {
    const path = resolve(workingFolder, choice);
    const text = files.read(path);
    if (text !== undefined) return { path, text };
    throw new UserError(
      "not-found",
      `There is no file ${path}.`,
      `Check --${kind}_file, or pass none.`,
    );
  }
  if (fromFile === undefined) return undefined;
  // Named after the folder of the schedule, as the original has it.
  const folder = dirname(resolve(workingFolder, fromFile));
  const path = join(folder, `${kind}_${basename(folder)}.json`);
  const text = files.read(path);
  return text === undefined ? undefined : { path, text };
}

const PARTS = [
  ["labels", "labels_dict"],
  ["colours", "colors_dict"],
  ["shapes", "markers_dict"],
] as const;

function checkAlgorithms(visuals: Visuals, algorithms: readonly string[], path: string): void {
  for (const [part, name] of PARTS) {
    const known = [...visuals[part].keys()];
    const missing = algorithms.filter((algorithm) => !known.includes(algorithm));
    const [one] = missing;
    if (known.length === 0 || one === undefined) continue;
    const near = nearest(
      one,
      known.filter((key) => !algorithms.includes(key)),
    );
    throw new UserError(
      "config-invalid",
      `${path}: ${name} has no entry for ${missing.map((of) => JSON.stringify(of)).join(", ")}, of which there are searches; it has ${known.join(", ")}.`,
      near === undefined
        ? "Add it, or draw without the file: --visuals_file none."
        : `Is ${JSON.stringify(near)} meant to be ${JSON.stringify(one)}? Correct it, or draw without the file: --visuals_file none.`,
    );
  }
}

const algorithmsOf = (visuals: Visuals): readonly string[] =>
  PARTS.flatMap(([part]) => [...visuals[part].keys()]);

function strangers(
  path: string,
  kind: "algorithm" | "task",
  named: readonly string[],
  known: readonly string[],
): readonly string[] {
  const unknown = [...new Set(named)].filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  return [
    `${basename(path)}: no search here has the ${kind} ${unknown.join(", ")} (they have ${known.join(", ")}); what the file says of it is not used.`,
  ];
}
