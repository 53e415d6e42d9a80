import { relative } from "node:path";

import type { Host } from "../host.ts";
import type { Command } from "./command.ts";
import { addToList } from "./publishing/add-to-list.ts";
import { confirmWriting } from "./publishing/confirm-writing.ts";
import { startPace } from "./publishing/pace.ts";
import { publishPlanned } from "./publishing/publish-storages.ts";
import { createValuesDrawer } from "./publishing/variations-figure.ts";
import { judge } from "./retrain/judge.ts";
import { parseRetrainOptions, type RetrainOptions } from "./retrain/options.ts";
import { type PlannedRetraining, planRetrainings } from "./retrain/plan.ts";
import {
  renderRetrain,
  renderRetraining,
  reportRetraining,
  type RetrainReport,
} from "./retrain/report.ts";
import { findSources } from "./retrain/sources.ts";
import { addSeeds, draftOf, missingSeeds } from "./retrain/write.ts";

export type { RetrainOptions, RetrainReport };

/** alretrain: storages that train the best experiments of searches anew. */
export const retrain: Command<RetrainOptions, RetrainReport> = {
  name: "alretrain",
  summary:
    "Prepares the best experiments of searches to be trained again, longer and with new seeds.",
  examples: [
    [
      "alretrain --from_file schedules/digits/list_searches_digits.txt",
      "the best of each search, with 10 seeds, twice as long",
    ],
    [
      "alretrain -f list_searches_digits.txt --top_k 3 --n_retrain_seeds 20 --train_time_factor 1",
      "the best three, with 20 seeds, as long as before",
    ],
    [
      "alretrain --best_experiments_mapping best.json --train_time_key trainer.steps",
      'what best.json names: { "ju12_f7b375e_mlp_digits_grid_first": 12 }',
    ],
  ],

  parse: parseRetrainOptions,
  // A longer table of albench's is not to retrain more.
  ownFlags: ["top_k"],

  run: async (options, host, signal) => {
    const { root, sources, mapping } = await findSources(options, host);
    const { dryRun, rootDir } = options;
    const judgement = await judge(sources, options, host, signal);
    const none = { dryRun, stopped: true, retrainings: [], lists: [], rootDir };
    if (signal.aborted) return none;
    const plans = planRetrainings({ root, sources, mapping, judgement }, options, host);
    const planned = plans.map((plan) => reportRetraining(plan, options));
    const lists = [...new Set(plans.map(({ list }) => relative(host.workingFolder, list)))];
    if (dryRun) return { ...none, stopped: false, retrainings: planned, lists };
    const isNothing = planned.every(({ runs }) => runs === 0);
    if (!options.yes && !isNothing) await confirmWriting(planned.map(renderRetraining), host);
    const names = await write(plans, root, options, host, signal);
    const retrainings = planned.flatMap((one, index) => {
      const name = names[index];
      return name === undefined ? [] : [{ ...one, name }];
    });
    return { ...none, stopped: signal.aborted, retrainings, lists };
  },

  render: renderRetrain,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ retrainings }) => retrainings.map(({ name }) => name),
};

/** New storages first, then the seeds that existing ones lack. @returns the name of each */
async function write(
  plans: readonly PlannedRetraining[],
  root: string,
  options: RetrainOptions,
  host: Host,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const draw = createValuesDrawer(host);
  const draft = (plan: PlannedRetraining) => draftOf(plan, options, draw, host);
  const names = await publishPlanned(root, plans, draft, host, signal);
  for (const plan of plans) {
    const { existing } = plan;
    if (existing === undefined || signal.aborted) continue;
    const seeds = missingSeeds(existing, options.nRetrainSeeds);
    const pace = startPace(seeds.length * plan.configs.length, host, signal);
    try {
      await addSeeds(plan, existing, { seeds, options }, host, pace);
    } finally {
      pace.stop();
    }
    await addToList(plan.list, [existing.name], host);
  }
  return plans.map((plan) => names.get(plan) ?? plan.existing?.name);
}
