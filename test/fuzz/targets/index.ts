import type { Target } from "../target.ts";
import { composedSchedule } from "./composed-schedule.ts";
import { squeue, states, submission } from "./clusters.ts";
import { config, schedule, searchFacts, variations } from "./configurations.ts";
import { flags, list, names } from "./names.ts";
import { printed, recording } from "./recording.ts";
import { index, query } from "./queries.ts";
import { messages, owner, plan, run } from "./records.ts";
import { configurations, expression, overrides } from "./language.ts";
import { command, output } from "./texts.ts";
import { plainYaml } from "./yaml.ts";

/** Every reader of what others wrote. A new reader gets a target here. */
export const TARGETS: readonly Target[] = [
  recording,
  printed,
  config,
  list,
  owner,
  names,
  run,
  flags,
  searchFacts,
  variations,
  schedule,
  plan,
  command,
  messages,
  output,
  expression,
  configurations,
  overrides,
  composedSchedule,
  query,
  index,
  squeue,
  states,
  submission,
  plainYaml,
];
