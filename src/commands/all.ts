import { benchmark } from "./benchmark.ts";
import { clean } from "./clean.ts";
import type { Command } from "./command.ts";
import { copy } from "./copy.ts";
import { doctor } from "./doctor.ts";
import { init } from "./init.ts";
import { launch } from "./launch.ts";
import { plot } from "./plot.ts";
import { prepare } from "./prepare.ts";
import { query } from "./query.ts";
import { retrain } from "./retrain.ts";
import { status } from "./status.ts";
import { submitScripts } from "./submit-scripts.ts";
import { update } from "./update.ts";

/** A command whose options and report do not matter. */
export type AnyCommand = Pick<Command<unknown, unknown>, "name" | "parse">;

/** Every command; imported only when all are wanted. */
export const COMMANDS: readonly AnyCommand[] = [
  prepare,
  launch,
  clean,
  status,
  benchmark,
  doctor,
  init,
  retrain,
  query,
  plot,
  copy,
  update,
  submitScripts,
];
