import { join } from "node:path";

import { curveOf } from "../../core/analysis/curves/curve.ts";
import { smooth } from "../../core/analysis/curves/smoothing.ts";
import type { Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { type Stroke, thinCurve } from "../../core/figures/panels/thin-curve.ts";
import { stateOf } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { type RunPath, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import { readSeries } from "../../tree/recording.ts";
import type { PlotToMake } from "./plots-to-make.ts";

/** A run as a plot array shows it. */
export type PlottedRun = {
  readonly experiment: number;
  readonly seed: number;
  readonly varied: Config;
  readonly strokes: readonly Stroke[];
  /** Why there is no curve, or no whole one; undefined: completed, with a curve. */
  readonly state: string | undefined;
};

/** Runs read between two looks at the rest of the world; some 100 ms. */
const RUNS_BETWEEN_LOOKS = 200;

/** All runs of a storage by experiment and seed; undefined if `signal` aborted. */
export async function readRuns(
  storage: string,
  plot: PlotToMake,
  smoothing: number | undefined,
  { files, clock, terminal }: Pick<Host, "files" | "clock" | "terminal">,
  signal: AbortSignal,
): Promise<readonly PlottedRun[] | undefined> {
  const runs = [...listRuns(storage, { files })].sort(
    (a, b) => a.experiment - b.experiment || a.seed - b.seed,
  );
  const progress =
    runs.length > RUNS_BETWEEN_LOOKS ? terminal.progress("reading runs", runs.length) : undefined;
  const read: PlottedRun[] = [];
  try {
    for (const run of runs) {
      read.push(readRun(run, plot, smoothing, { files }));
      if (read.length % RUNS_BETWEEN_LOOKS !== 0) continue;
      progress?.update(read.length);
      await clock.sleep(0);
      if (signal.aborted) return undefined;
    }
  } finally {
    progress?.stop();
  }
  return read;
}

function readRun(
  run: RunPath,
  { x, y, series }: PlotToMake,
  smoothing: number | undefined,
  { files }: Pick<Host, "files">,
): PlottedRun {
  const { experiment, seed } = run;
  const flag = flagName(run, { files });
  const own = { experiment, seed, varied: readVaried(run, { files }) };
  const keys = x === undefined ? [y] : [y, x];
  const { rows, columns } = readSeries(run, series, keys, { files });
  const [values, along] = [columns.get(y), x === undefined ? undefined : columns.get(x)];
  const curve = values && curveOf(values, along);
  if (curve === undefined || curve.x.length === 0) {
    const isThere = values?.recorded.includes(1) === true;
    const missing = rows === 0 ? "no data" : isThere ? "no such x" : "no such metric";
    return { ...own, strokes: [], state: flag === "COMPLETED" || rows > 0 ? missing : flag };
  }
  const smoothed =
    smoothing === undefined
      ? curve
      : { ...curve, y: smooth(curve.y, { kind: "exponential", weight: smoothing }) };
  const strokes = thinCurve(smoothed);
  const whole = flag === "COMPLETED" ? undefined : flag;
  return { ...own, strokes, state: strokes.length === 0 ? (whole ?? "diverged") : whole };
}

/** The state in the letters that its flag has on the disk. */
function flagName(run: RunPath, { files }: Pick<Host, "files">): string {
  const { kind } = stateOf(files.list(run.path) ?? []);
  const names = {
    pending: "UNHATCHED",
    running: "OPENED",
    completed: "COMPLETED",
    crashed: "CRASH",
    resetting: "RESETTING",
    none: "no flag",
    conflict: "several flags",
  };
  return names[kind];
}

function readVaried(run: RunPath, { files }: Pick<Host, "files">): Config {
  const path = join(run.path, UNIQUE_CONFIG_FILE);
  const text = files.read(path);
  return text === undefined ? {} : parseConfig(text, path);
}
