import { basename, join, resolve } from "node:path";

import type { Argv } from "yargs";

import { nearest } from "../core/config/problems.ts";
import type { TaskReference } from "../core/figures/reference-lines.ts";
import {
  NO_VISUALS,
  parseAdditionalCurves,
  parseVisuals,
  type Visuals,
} from "../core/figures/visuals.ts";
import type { SearchFacts } from "../core/search/search-facts.ts";
import { errnoOf, UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { besideList } from "./publishing/beside.ts";

/** Files that say how figures are to look; undefined: those beside the list; `none`: none. */
export type VisualsChoice = {
  readonly visualsFile: string | undefined;
  readonly additionalCurvesFile: string | undefined;
  /** Whether nobody is there who could mend a file: one that cannot be used is left out, with a note. */
  readonly isUnattended?: boolean;
};

/** What is drawn where no flag says how. */
export const USUAL_VISUALS = { visualsFile: undefined, additionalCurvesFile: undefined } as const;

/** What these files say, checked against the searches that are drawn. */
export type FoundVisuals = {
  readonly visuals: Visuals;
  readonly lines: readonly TaskReference[];
  /** What in them is about none of the searches, and what could not be used. */
  readonly notes: readonly string[];
  /** Names of the files, without folders. */
  readonly files: Readonly<Record<"visualsFile" | "additionalCurvesFile", string | null>>;
};

/** A search that is drawn. */
export type DrawnSearch = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
};

export function visualsOptions<Options>(args: Argv<Options>) {
  return args
    .option("visuals_file", {
      type: "string",
      defaultDescription: "visuals_<name>.json beside the list, or the schedule",
      describe: "how algorithms, tasks and metrics are called and drawn; none: as they are",
    })
    .option("additional_curves_file", {
      type: "string",
      defaultDescription: "additional_curves_<name>.json beside the list, or the schedule",
      describe: "horizontal lines for each task; none: without",
    });
}

/**
 * Finds and reads both files: beside the list, or, without one, beside the schedule that all of the
 * searches have. An algorithm that a file forgets is refused: beside the others it would have the look
 * of one of them. One that the file of a list has and no search is noted; a schedule may well have more.
 * @throws UserError `not-found`, `config-invalid`
 */
export function readVisuals(
  choice: VisualsChoice,
  fromFile: string | undefined,
  searches: readonly DrawnSearch[],
  host: Pick<Host, "files" | "workingFolder">,
): FoundVisuals {
  const names = searches.map(({ facts }) => facts.name);
  const algorithms = [...new Set(names.map(({ algName }) => algName))];
  const tasks = [...new Set(names.map(({ taskName }) => taskName))];
  const folders = [...new Set(searches.map((one) => besideList(one, fromFile, host).folder))];
  const first = readOne("visuals", { choice, folders }, host, (text, path) => {
    const visuals = parseVisuals(text, path);
    checkAlgorithms(visuals, algorithms, path);
    return visuals;
  });
  const second = readOne("additional_curves", { choice, folders }, host, parseAdditionalCurves);
  const [visuals = NO_VISUALS, lines = []] = [first.part, second.part];
  const isWhole = (asked: string | undefined) => fromFile !== undefined || asked !== undefined;
  return {
    visuals,
    lines,
    notes: [
      ...first.notes,
      ...second.notes,
      ...(isWhole(choice.visualsFile)
        ? [
            ...strangers(first.name, "algorithm", algorithmsOf(visuals), algorithms),
            ...strangers(first.name, "task", [...visuals.titles.keys()], tasks),
          ]
        : []),
      ...(isWhole(choice.additionalCurvesFile)
        ? strangers(
            second.name,
            "task",
            lines.flatMap(({ task }) => task ?? []),
            tasks,
          )
        : []),
    ],
    files: { visualsFile: first.name ?? null, additionalCurvesFile: second.name ?? null },
  };
}

const FLAGS = { visuals: "visualsFile", additional_curves: "additionalCurvesFile" } as const;

type Kind = keyof typeof FLAGS;

type Wanted = {
  readonly choice: VisualsChoice;
  /** Where files lie that no flag names. */
  readonly folders: readonly string[];
};

type Read<Part> = {
  readonly part?: Part;
  readonly name?: string;
  readonly notes: readonly string[];
};

function readOne<Part>(
  kind: Kind,
  { choice, folders }: Wanted,
  host: Pick<Host, "files" | "workingFolder">,
  parse: (text: string, path: string) => Part,
): Read<Part> {
  const asked = choice[FLAGS[kind]];
  try {
    const found = asked === undefined ? besides(kind, folders, host) : named(kind, asked, host);
    const [file, other] = found;
    if (file === undefined) return { notes: [] };
    if (other !== undefined) {
      const paths = found.map(({ path }) => path).join(", ");
      return {
        notes: [`Not used, since there are several: ${paths}; name one by --${kind}_file.`],
      };
    }
    return { part: parse(file.text, file.path), name: basename(file.path), notes: [] };
  } catch (error) {
    if (!(error instanceof Error) || !isTolerated(error, asked, choice)) throw error;
    return { notes: [`Drawn without the ${kind}_file: ${error.message}`] };
  }
}

/** A place that nobody named may be closed to this user: the project that a search was copied away from. */
function isTolerated(error: Error, asked: string | undefined, { isUnattended }: VisualsChoice) {
  if (error instanceof UserError) return isUnattended === true;
  return errnoOf(error) !== undefined && (asked === undefined || isUnattended === true);
}

type ReadFile = { readonly path: string; readonly text: string };

function named(
  kind: Kind,
  asked: string,
  { files, workingFolder }: Pick<Host, "files" | "workingFolder">,
): readonly ReadFile[] {
  if (asked === "none") return [];
  const path = resolve(workingFolder, asked);
  const text = files.read(path);
  if (text !== undefined) return [{ path, text }];
  throw new UserError(
    "not-found",
    `There is no file ${path}.`,
    `Check --${kind}_file, or pass none.`,
  );
}

/** Named after their folder, as the original has it. */
function besides(
  kind: Kind,
  folders: readonly string[],
  { files }: Pick<Host, "files">,
): readonly ReadFile[] {
  return folders.flatMap((folder) => {
    const path = join(folder, `${kind}_${basename(folder)}.json`);
    const text = files.read(path);
    return text === undefined ? [] : [{ path, text }];
  });
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
  file: string | undefined,
  kind: "algorithm" | "task",
  said: readonly string[],
  known: readonly string[],
): readonly string[] {
  const unknown = [...new Set(said)].filter((name) => !known.includes(name));
  if (file === undefined || unknown.length === 0) return [];
  return [
    `${file}: no search here has the ${kind} ${unknown.join(", ")} (they have ${known.join(", ")}); what the file says of it is not used.`,
  ];
}
