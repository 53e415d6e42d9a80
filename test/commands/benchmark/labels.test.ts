import { expect } from "chai";

import type { ScoredSearch } from "../../../src/commands/benchmark/collect.ts";
import { labelSearches } from "../../../src/commands/benchmark/labels.ts";
import { NO_VISUALS } from "../../../src/core/figures/visuals.ts";
import type { SearchFacts } from "../../../src/core/search/search-facts.ts";
import { parseSearchName } from "../../../src/core/search-name.ts";

/** Labels of the searches of these names, their lines joined by " / ". */
function labels(...names: readonly string[]): readonly string[] {
  const searches = names.map((text): ScoredSearch => {
    const name = parseSearchName(text);
    if (name === undefined) throw new Error(`${text} is no storage's name`);
    const facts: Partial<SearchFacts> = { name };
    // Only the name is looked at.
    return { name: text, facts } as ScoredSearch;
  });
  return labelSearches(searches, NO_VISUALS).map((lines) => lines.join(" / "));
}

describe("labelSearches", () => {
  it("takes the algorithm where it is the only one of its task", () => {
    expect(labels("a1_x_mlp_digits_grid_d", "a2_x_mlp_wine_grid_d")).to.deep.equal(["mlp", "mlp"]);
  });

  it("adds kind, description and id as far as it takes to tell searches apart", () => {
    const names = [
      "a1_x_mlp_digits_grid_d",
      "a2_x_mlp_digits_random_d",
      "a3_x_mlp_digits_random_e",
    ];
    expect(labels(...names, "a4_x_mlp_digits_random_e")).to.deep.equal([
      "mlp / grid",
      "mlp / random / d",
      "mlp / random / e / a3",
      "mlp / random / e / a4",
    ]);
  });
});
