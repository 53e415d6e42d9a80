import type { Host } from "../../host.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { readVisuals, USUAL_VISUALS } from "../visuals-files.ts";
import { drawArray } from "./draw-array.ts";
import { defaultPlot } from "./plots-to-make.ts";

/**
 * Draws the learning curves of the metric of one settled search, as alplot does without options.
 * @throws UserError if it has no metric
 */
export async function plotSettled(
  { storage, folder }: { readonly storage: string; readonly folder: string },
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const facts = readSearchFacts(storage, host);
  const work = { storage, facts, toMake: defaultPlot(facts), folder: () => folder };
  const look = { formats: ["png"], style: "screen" } as const;
  const choice = { ...USUAL_VISUALS, isUnattended: true };
  const found = readVisuals(choice, undefined, [{ storage, facts }], host);
  await drawArray(work, { ...choice, smooth: undefined, look, found }, host, signal);
}
