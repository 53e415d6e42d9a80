import { dirname, join, relative } from "node:path";

import { oneLine } from "../../core/printable.ts";
import { formatParameter } from "../../core/search/copying/parameter.ts";
import type { CopiedFrom } from "../../core/search/copying/copied-from.ts";
import type { Config } from "../../core/config/config.ts";
import { counted } from "../../core/counted.ts";
import type { RetrainedFrom } from "../../core/search/retraining/retrained-from.ts";
import type { RepositoryState, SearchFacts } from "../../core/search/search-facts.ts";
import { formatSearchName } from "../../core/search-name.ts";
import { shellWord } from "../../core/shell-word.ts";
import { toIso } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import { STORAGE_PAGE } from "../../tree/paths.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import type { VariedRow } from "./varied-rows.ts";

/** What the page of a storage says, besides what `search.json` does. */
export type PageContent = {
  /** The command that writes the storage, e.g. `alprep`. */
  readonly writer: string;
  /** Absolute. */
  readonly storage: string;
  /** The project's root, absolute. */
  readonly project: string;
  readonly varied: readonly VariedRow[];
};

/** What was written at one time. */
export type WrittenRuns = {
  /** The words that write the same once more, without the root. */
  readonly command: readonly string[];
  readonly repositories: readonly RepositoryState[];
  readonly experiments: number;
  readonly runs: number;
};

const MAX_TEXT = 200;
const MAX_NAMED = 20;

/** The page of facts of a new storage, for people: what was prepared, how, and what to do with it. */
export function newPage(content: PageContent, facts: SearchFacts, written: WrittenRuns): string {
  return `${renderPage(content, facts)}${renderStep(content, written, facts.createdAt)}`;
}

/** Adds a line for what was added. Only appended: the page may have notes of people by now. */
export function extendPage(
  content: PageContent,
  written: WrittenRuns,
  { files, clock }: Pick<Host, "files" | "clock">,
): void {
  if (written.runs === 0) return;
  const { storage } = content;
  const path = join(storage, STORAGE_PAGE);
  // Storages of earlier versions have none.
  if (files.size(path) === undefined) {
    files.write(path, renderPage(content, readSearchFacts(storage, { files })));
  }
  files.append(path, renderStep(content, written, toIso(clock.now())));
}

function renderPage(content: PageContent, facts: SearchFacts): string {
  const { desc, algName, taskName, kind } = facts.name;
  const rows = factRows(facts).map(([what, fact]) => `| ${what} | ${fact} |`);
  const varied = content.varied.map(({ name, values, together, when }) => {
    const more = together === undefined ? "" : ` (${together})`;
    return `| ${code(name)} | ${code(values)}${more} | ${when === null ? "always" : code(when)} |`;
  });
  return `# ${oneLine(desc)}: ${oneLine(algName)} on ${oneLine(taskName)}

A ${kind} search of hatchery, written by ${content.writer}. Programs read \`search.json\` and \`variations.json\`;
this page is for people, and notes may be added to it.

| what | |
| --- | --- |
${rows.join("\n")}

## What is varied

| parameter | values | exists when |
| --- | --- | --- |
${varied.join("\n")}

\`variations1.png\` draws the values that were tried, if node-canvas is installed; each addition draws
another one, with what was there before in grey.

## What to do with it

In the project's folder, \`${oneLine(facts.project)}\` from here:

\`\`\`sh
${nextCommands(content, facts).join("\n")}
\`\`\`

## How it came about

| when | command | code | experiments | runs |
| --- | --- | --- | --- | --- |
`;
}

function factRows(facts: SearchFacts): readonly (readonly [string, string])[] {
  const {
    metric,
    program,
    samplerSeed,
    design,
    seeds,
    machineFiles = [],
    copied,
    retrained,
    name,
  } = facts;
  const what =
    "module" in program
      ? program.module
      : "command" in program
        ? program.command.map(shellWord).join(" ")
        : "a script that launches itself";
  const judged =
    metric === null
      ? "nothing yet"
      : `${code(metric.name)} of ${code(metric.series)}, ${metric.aggregation}, ${metric.direction}`;
  const wholeGrid = name.kind === "grid" ? "none: a whole grid" : "none";
  return [
    ...(copied === undefined ? [] : copiedRows(copied)),
    ...(retrained === undefined ? [] : retrainedRows(retrained)),
    ["program", code(what)],
    ["judged by", judged],
    ["design", design ?? name.kind],
    ["sampler seed", samplerSeed === null ? wholeGrid : String(samplerSeed)],
    ["seeds of each experiment", code(seeds.join(", "))],
    ["schedule", code(facts.schedule)],
    ...machineFiles.map((path) => ["file of the machine", code(path)] as const),
  ];
}

function copiedRows({ search, added, overridden }: CopiedFrom) {
  const values = (of: Config) =>
    Object.entries(of).map(([path, value]) => formatParameter({ path, value }));
  const row = (what: string, of: Config) =>
    Object.keys(of).length === 0 ? [] : [[what, code(values(of).join(", "))] as const];
  return [
    ["copied from", code(search)] as const,
    ...row("changed", overridden),
    ...row("new", added),
  ];
}

function retrainedRows(retrained: RetrainedFrom) {
  const { search, chosenBy, candidates, experiments, trainTime } = retrained;
  const { length } = experiments;
  const chosen =
    chosenBy === "mapping"
      ? `${counted(length, "experiment")}, named by a person`
      : `the best ${length === 1 ? "" : `${length} `}of the ${counted(candidates, "experiment")} that had a score`;
  const named = experiments
    .slice(0, MAX_NAMED)
    .map(({ experiment, from }) => `experiment${experiment} was experiment${from}`);
  const more = experiments.length > MAX_NAMED ? ", …" : "";
  return [
    ["retrained from", code(search)] as const,
    ["chosen", chosen] as const,
    ["numbers", `${named.join(", ")}${more}`] as const,
    ...(trainTime === null
      ? []
      : [["trains for", `${code(trainTime.key)} times ${trainTime.factor}`] as const]),
  ];
}

function nextCommands(content: PageContent, { name }: SearchFacts): readonly string[] {
  const type = name.kind === "retrain" ? "compare_models" : "compare_searches";
  const words = [
    ["alstatus"],
    ["allaunch", "--n_processes", "2"],
    ["alclean"],
    ["albench", "--benchmark_type", type],
  ];
  const last = ["--storage_name", formatSearchName(name)].map(shellWord).join(" ");
  return words.map((command) => `${commandLine(command, content)} ${last}`);
}

/** With the root, as it is seen from the project. */
function commandLine(words: readonly string[], { project, storage }: PageContent): string {
  const root = relative(project, dirname(storage));
  return [...words, "--root_dir", root === "" ? "." : root].map(shellWord).join(" ");
}

function renderStep(
  content: PageContent,
  { command, repositories, experiments, runs }: WrittenRuns,
  at: string,
): string {
  const version = repositories
    .map(({ path, commit, diffHash }) => {
      const label = path === "." ? "" : `${path} `;
      const changes = diffHash === null ? "" : ` with changes ${diffHash.slice(0, 7)}`;
      return `${label}${commit?.slice(0, 7) ?? "nogit"}${changes}`;
    })
    .join(", ");
  const line = commandLine(command, content);
  return `| ${at} | ${code(line)} | ${code(version)} | ${experiments} | ${runs} |\n`;
}

/** As code in a table: nothing of a name is taken for a link, a tag or the end of a cell. */
function code(text: string): string {
  const line = oneLine(text, MAX_TEXT).replaceAll("`", "'").replaceAll("|", "\\|");
  return line === "" ? "" : `\`${line}\``;
}
