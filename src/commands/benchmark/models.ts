import type { Curve } from "../../core/analysis/curves/curve.ts";
import type { RankedExperiment, TaskRanking } from "../../core/analysis/ranking.ts";
import { type VersusBest, versusBest } from "../../core/analysis/comparison/versus-best.ts";
import type { OwnLook } from "../../core/figures/series-look.ts";
import { lookOfAlgorithm, type Visuals } from "../../core/figures/visuals.ts";
import { oneLine } from "../../core/printable.ts";
import type { ScoredSearch } from "./collect.ts";
import { labelModels } from "./labels.ts";

/** Which experiments of a search are models to compare. */
export const MODEL_CHOICES = ["all", "best"] as const;
export type ModelChoice = (typeof MODEL_CHOICES)[number];

/** An experiment with all its seeds, as a curve and a score. */
export type Model = {
  /** The same on every task, where the searches have one experiment each. */
  readonly label: string;
  /** What was chosen for its algorithm, if that is the label; models with the same would look alike. */
  readonly look?: OwnLook | undefined;
  readonly task: string;
  /** Tells experiments of the same number apart that have other values; the same for what a search chose as its best. */
  readonly configuration: string;
  readonly ranked: RankedExperiment;
  /** Of its completed runs. */
  readonly curves: readonly Curve[];
  /** How far it is behind the best of its task; undefined for that one. */
  readonly versusBest: VersusBest | undefined;
};

/** The models of one task, best first. */
export type TaskModels = { readonly task: string; readonly models: readonly Model[] };

/**
 * The models of each task.
 * @param choice - `best`: of each search, the experiment that ranks first
 * @param seed - of permutation tests
 */
export function findModels(
  searches: readonly ScoredSearch[],
  rankings: readonly TaskRanking[],
  {
    choice,
    seed,
    visuals,
  }: { readonly choice: ModelChoice; readonly seed: number; readonly visuals: Visuals },
): readonly TaskModels[] {
  const lines = labelModels(searches, visuals);
  const labels = lines.map((of) => of.map((line) => oneLine(line)).join(" "));
  const curvesOf = new Map(searches.map(({ name, curves }) => [name, curvesByExperiment(curves)]));
  const byName = new Map(searches.map((search, index) => [search.name, { search, index }]));
  return rankings.map(({ task, experiments }) => {
    const chosen = choice === "all" ? experiments : bestOfEach(experiments);
    const recorded = chosen.filter(({ summary }) => summary.n > 0);
    const compared = versusBest(
      recorded.map(({ seeds }) => seeds.map(({ score }) => score)),
      {
        seed,
      },
    );
    const models = recorded.map((ranked, place) => {
      const found = byName.get(ranked.search);
      const label = labels[found?.index ?? -1] ?? ranked.search;
      const isAlone = choice === "best" || found?.search.experiments.length === 1;
      const isPlain = isAlone && lines[found?.index ?? -1]?.length === 1;
      const algorithm = found?.search.facts.name.algName ?? "";
      return {
        look: isPlain ? lookOfAlgorithm(visuals, algorithm) : undefined,
        label: isAlone ? label : `${label} experiment${ranked.experiment}`,
        task: oneLine(task),
        configuration: isAlone ? "" : JSON.stringify(ranked.varied),
        ranked,
        curves: curvesOf.get(ranked.search)?.get(ranked.experiment) ?? [],
        versusBest: compared[place],
      };
    });
    return { task: oneLine(task), models };
  });
}

function curvesByExperiment(curves: ScoredSearch["curves"]): ReadonlyMap<number, readonly Curve[]> {
  const found = new Map<number, Curve[]>();
  for (const { experiment, curve } of curves) {
    found.set(experiment, [...(found.get(experiment) ?? []), curve]);
  }
  return found;
}

/** @param experiments - best first */
function bestOfEach(experiments: readonly RankedExperiment[]): readonly RankedExperiment[] {
  const seen = new Set<string>();
  return experiments.filter(({ search }) => {
    const isFirst = !seen.has(search);
    seen.add(search);
    return isFirst;
  });
}
