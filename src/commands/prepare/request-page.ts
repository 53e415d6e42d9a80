import { basename, join, relative } from "node:path";

import { countExperiments } from "../../core/search/experiments.ts";
import { valueListsOf } from "../../core/search/grid/blocks.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { shapeOf } from "../../core/search/search-shape.ts";
import { formatSearchName } from "../../core/search-name.ts";
import type { Host } from "../../host.ts";
import { extendPage, newPage, type PageContent } from "../publishing/storage-page.ts";
import { listValues, type VariedRow } from "../publishing/varied-rows.ts";
import type { PrepareRequest } from "./request.ts";
import type { StorageReport } from "./storage-report.ts";

/** The page of a new search. */
export function pageOfSearch(request: PrepareRequest, facts: SearchFacts): string {
  const { schedule } = request;
  const storage = join(request.root, formatSearchName(facts.name));
  const experiments = countExperiments(schedule);
  return newPage(contentOf(request, storage), facts, {
    command: prepareWords(facts),
    repositories: facts.repositories,
    experiments,
    runs: experiments * schedule.seeds.length,
  });
}

/** Tells the page of a storage what was added. */
export function tellPage(
  request: PrepareRequest,
  storage: string,
  report: StorageReport,
  host: Pick<Host, "files" | "clock">,
): void {
  const schedule = relative(request.project.root, request.scheduleFile);
  const added = ["--add_to_folder", basename(storage), ...request.overrides];
  const written = {
    command: ["alprep", "--schedule_file", schedule, ...added],
    repositories: request.repositories,
    experiments: report.new,
    runs: report.runs,
  };
  extendPage(contentOf(request, storage), written, host);
}

function contentOf(request: PrepareRequest, storage: string): PageContent {
  return {
    writer: "alprep",
    storage,
    project: request.project.root,
    varied: variedRowsOf(request),
  };
}

function variedRowsOf({ schedule }: PrepareRequest): readonly VariedRow[] {
  const lists = schedule.kind === "grid" ? valueListsOf(schedule) : {};
  return shapeOf(schedule).axes.flatMap(({ names, what, when }) =>
    names.map((name) => {
      const values = Object.hasOwn(lists, name) ? lists[name] : undefined;
      const together = names.length > 1 ? what : undefined;
      return { name, values: values === undefined ? what : listValues(values), together, when };
    }),
  );
}

/** What prepares the same draws again. */
function prepareWords({ schedule, name, samplerSeed, overrides = [] }: SearchFacts) {
  const sampler = samplerSeed === null ? [] : ["--sampler_seed", String(samplerSeed)];
  return ["alprep", "--schedule_file", schedule, "--desc", name.desc, ...sampler, ...overrides];
}
