import { basename, dirname, join, relative } from "node:path";

import { canonicalJson } from "../../core/config/identity.ts";
import { oneLine } from "../../core/printable.ts";
import { countExperiments } from "../../core/search/experiments.ts";
import { valueListsOf } from "../../core/search/grid/blocks.ts";
import { shapeOf } from "../../core/search/search-shape.ts";
import type { RepositoryState, SearchFacts } from "../../core/search/search-facts.ts";
import { formatSearchName } from "../../core/search-name.ts";
import { shellWord } from "../../core/shell-word.ts";
import { toIso } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import { STORAGE_PAGE } from "../../tree/paths.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import type { StorageReport } from "./storage-report.ts";
import type { PrepareRequest } from "./request.ts";

/** A line of the page's history. */
type Step = {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly command: string;
  readonly repositories: readonly RepositoryState[];
  readonly experiments: number;
  readonly runs: number;
};

const MAX_VALUES = 8;
const MAX_TEXT = 200;

/** The page of facts of a new search, for people: what was prepared, how, and what to do with it. */
export function newPage(request: PrepareRequest, facts: SearchFacts): string {
  const { schedule } = request;
  const experiments = countExperiments(schedule);
  const step = {
    at: facts.createdAt,
    command: prepareCommand(facts),
    repositories: facts.repositories,
    experiments,
    runs: experiments * schedule.seeds.length,
  };
  return `${renderPage(request, facts)}${renderStep(step)}`;
}

/** Adds a line for what was added. Only appended: the page may have notes of people by now. */
export function extendPage(
  request: PrepareRequest,
  storage: string,
  report: StorageReport,
  { files, clock }: Pick<Host, "files" | "clock">,
): void {
  if (report.runs === 0) return;
  const facts = readSearchFacts(storage, { files });
  const path = join(storage, STORAGE_PAGE);
  // Storages of earlier versions have none.
  if (files.size(path) === undefined) files.write(path, renderPage(request, facts));
  const schedule = relative(request.project.root, request.scheduleFile);
  const command = commandLine(["alprep", "--schedule_file", schedule], request, storage);
  const added = [basename(storage), ...request.overrides];
  const step = {
    at: toIso(clock.now()),
    command: [command, "--add_to_folder", ...added.map(shellWord)].join(" "),
    repositories: request.repositories,
    experiments: report.new,
    runs: report.runs,
  };
  files.append(path, renderStep(step));
}

function renderPage(request: PrepareRequest, facts: SearchFacts): string {
  const { desc, algName, taskName, kind } = facts.name;
  const rows = factRows(facts).map(([what, fact]) => `| ${what} | ${fact} |`);
  return `# ${oneLine(desc)}: ${oneLine(algName)} on ${oneLine(taskName)}

A ${kind} search of hatchery, written by alprep. Programs read \`search.json\` and \`variations.json\`;
this page is for people, and notes may be added to it.

| what | |
| --- | --- |
${rows.join("\n")}

## What is varied

| parameter | values | exists when |
| --- | --- | --- |
${variedRows(request).join("\n")}

\`variations1.png\` draws the values that were tried, if node-canvas is installed; each addition draws
another one, with what was there before in grey.

## What to do with it

In the project's folder, \`${oneLine(facts.project)}\` from here:

\`\`\`sh
${nextCommands(request, facts).join("\n")}
\`\`\`

## How it came about

| when | command | code | experiments | runs |
| --- | --- | --- | --- | --- |
`;
}

function factRows(facts: SearchFacts): readonly (readonly [string, string])[] {
  const { metric, program, samplerSeed, design, seeds, machineFiles = [] } = facts;
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
  return [
    ["program", code(what)],
    ["judged by", judged],
    ["design", design ?? facts.name.kind],
    ["sampler seed", samplerSeed === null ? "none: a whole grid" : String(samplerSeed)],
    ["seeds of each experiment", code(seeds.join(", "))],
    ["schedule", code(facts.schedule)],
    ...machineFiles.map((path) => ["file of the machine", code(path)] as const),
  ];
}

function variedRows({ schedule }: PrepareRequest): readonly string[] {
  const lists = schedule.kind === "grid" ? valueListsOf(schedule) : {};
  return shapeOf(schedule).axes.flatMap(({ names, what, when }) =>
    names.map((name) => {
      const values = Object.hasOwn(lists, name) ? lists[name] : undefined;
      const some = values?.slice(0, MAX_VALUES).map((value) => canonicalJson(value));
      const more = values !== undefined && values.length > MAX_VALUES ? ", …" : "";
      const text = some === undefined ? what : some.join(", ") + more;
      const together = names.length > 1 ? ` (${what})` : "";
      return `| ${code(name)} | ${code(text)}${together} | ${when === null ? "always" : code(when)} |`;
    }),
  );
}

function nextCommands(request: PrepareRequest, facts: SearchFacts): readonly string[] {
  const name = formatSearchName(facts.name);
  const storage = join(request.root, name);
  const words = [
    ["alstatus"],
    ["allaunch", "--n_processes", "2"],
    ["alclean"],
    ["albench", "--benchmark_type", "compare_searches"],
  ];
  return words.map(
    (command) => `${commandLine(command, request, storage)} --storage_name ${shellWord(name)}`,
  );
}

/** The command that prepares the same draws again. */
function prepareCommand({ schedule, name, samplerSeed, overrides = [] }: SearchFacts): string {
  const sampler = samplerSeed === null ? [] : ["--sampler_seed", String(samplerSeed)];
  return ["alprep", "--schedule_file", schedule, "--desc", name.desc, ...sampler, ...overrides]
    .map(shellWord)
    .join(" ");
}

/** With the root, as it is seen from the project. */
function commandLine(
  words: readonly string[],
  { project }: PrepareRequest,
  storage: string,
): string {
  const root = relative(project.root, dirname(storage));
  return [...words, "--root_dir", root === "" ? "." : root].map(shellWord).join(" ");
}

function renderStep({ at, command, repositories, experiments, runs }: Step): string {
  const version = repositories
    .map(({ path, commit, diffHash }) => {
      const label = path === "." ? "" : `${path} `;
      const changes = diffHash === null ? "" : ` with changes ${diffHash.slice(0, 7)}`;
      return `${label}${commit?.slice(0, 7) ?? "nogit"}${changes}`;
    })
    .join(", ");
  return `| ${at} | ${code(command)} | ${code(version)} | ${experiments} | ${runs} |\n`;
}

/** As code in a table: nothing of a name is taken for a link, a tag or the end of a cell. */
function code(text: string): string {
  const line = oneLine(text, MAX_TEXT).replaceAll("`", "'").replaceAll("|", "\\|");
  return line === "" ? "" : `\`${line}\``;
}
