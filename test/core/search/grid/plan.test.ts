import { expect } from "chai";
import fc from "fast-check";

import type { Config, ConfigValue } from "../../../../src/core/config/config.ts";
import { canonicalJson, configIdentity } from "../../../../src/core/config/identity.ts";
import type { Condition } from "../../../../src/core/search/condition.ts";
import { withValues } from "../../../../src/core/search/experiment-values.ts";
import { planGrid } from "../../../../src/core/search/grid/plan.ts";
import {
  type ConditionalValues,
  defineGridSchedule,
  type GridPart,
  type GridSchedule,
  variedNames,
  when,
} from "../../../../src/core/search/schedule.ts";

const DEFAULTS = { a: 0, b: 0, c: 0, d: 0, e: { f: 0 } };
const NAMES = ["a", "b", "c", "d", "e.f"];
const COMMON = { algNames: ["mlp"], taskNames: ["digits"], seeds: [1], defaults: DEFAULTS };

const value = fc.integer({ min: 0, max: 3 });
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
const condition: fc.Arbitrary<Condition> = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(value, fc.uniqueArray(value, { minLength: 1, maxLength: 2 })),
  { minKeys: 1, maxKeys: 2 },
);

/** A part that sets each name at most once, in any of the ways; conditions look backwards only. */
const part: fc.Arbitrary<GridPart> = fc
  .record({
    lists: fc.tuple(...NAMES.map(() => fc.option(values, { nil: undefined }))),
    ways: fc.tuple(...NAMES.map(() => fc.constantFrom("list", "when", "zip", "override"))),
    conditions: fc.tuple(...NAMES.map(() => condition)),
    exclude: fc.array(condition, { maxLength: 2 }),
    reversed: fc.boolean(),
  })
  .map(({ lists, ways, conditions, exclude, reversed }) => {
    const variations: Record<string, ConditionalValues | readonly number[]> = {};
    const zip: Record<string, readonly number[]> = {};
    const points: Record<string, ConfigValue>[] = [];
    NAMES.forEach((name, index) => {
      const list = lists[index];
      if (list === undefined) return;
      const earlier = Object.entries(conditions[index] ?? {}).filter(
        ([other]) => NAMES.indexOf(other) < index,
      );
      if (ways[index] === "zip") zip[name] = [...list, 1, 2, 3].slice(0, 3);
      else if (ways[index] === "override") {
        list.forEach((one, row) => (points[row] = { ...points[row], [name]: one }));
      } else if (ways[index] === "when" && earlier.length > 0) {
        variations[name] = when(Object.fromEntries(earlier), list);
      } else variations[name] = list;
    });
    const overrides = distinct(
      points.map((point) => ({ ...Object.fromEntries(zeros(points)), ...point })),
    ).map((point, index) => ({ ...point, name: `n${index}` }));
    const rows = distinct((Object.values(zip)[0] ?? []).map((_, row) => mapValues(zip, row)));
    const zipped = Object.fromEntries(
      Object.keys(zip).map((name) => [name, rows.map((row) => row[name] ?? 0)]),
    );
    const entries = Object.entries(variations);
    return {
      variations: Object.fromEntries(reversed ? entries.reverse() : entries),
      ...(rows.length > 0 && { zip: zipped }),
      ...(overrides.length > 0 && { overrides }),
      ...(exclude.length > 0 && { exclude }),
    };
  });

const schedule = fc
  .record({ own: part, blocks: fc.option(fc.array(part, { minLength: 1, maxLength: 3 })) })
  .map(({ own, blocks }) => {
    if (blocks === null) return defineGridSchedule({ ...COMMON, ...own });
    // The blocks alone: what they set must not be set beside them.
    return defineGridSchedule({ ...COMMON, blocks, ...(own.exclude && { exclude: own.exclude }) });
  });

describe("planGrid", () => {
  it("announces and gives exactly what looking at every assignment finds, each once", () => {
    fc.assert(
      fc.property(schedule, (grid) => {
        const plan = planGrid(grid);
        const made = [...plan.experiments(0)].map(canonicalJson);
        expect(made).to.have.length(plan.count);
        expect(new Set(made)).to.have.property("size", made.length);
        expect([...made].sort()).to.deep.equal([...bruteForce(grid)].sort());
      }),
      { numRuns: 300 },
    );
  }).timeout(60_000);

  it("gives configurations of which no two are the same", () => {
    fc.assert(
      fc.property(schedule, (grid) => {
        const varied = variedNames(grid);
        const identities = [...planGrid(grid).experiments(0)].map((one) =>
          configIdentity(withValues(DEFAULTS, one, varied)),
        );
        expect(new Set(identities)).to.have.property("size", identities.length);
      }),
    );
  });

  it("gives the same experiments whatever the order of the keys", () => {
    fc.assert(
      fc.property(schedule, (grid) => {
        const { variations = {}, zip = {}, blocks, ...rest } = grid;
        const turned = defineGridSchedule({
          ...rest,
          variations: reversedKeys(variations),
          ...(Object.keys(zip).length > 0 && { zip: reversedKeys(zip as Config) as never }),
          ...(blocks && { blocks }),
        });
        const [one, other] = [grid, turned].map((each) =>
          [...planGrid(each).experiments(0)].map(canonicalJson).sort(),
        );
        expect(one).to.deep.equal(other);
      }),
    );
  });

  it("keeps the author's order: the last parameter varies fastest, block after block", () => {
    const grid = defineGridSchedule({
      ...COMMON,
      blocks: [{ variations: { b: [2, 1], c: [1, 2] } }, { zip: { c: [7, 8], d: [9, 9] } }],
      variations: { a: [1] },
    });
    expect([...planGrid(grid).experiments(0)]).to.deep.equal([
      { a: 1, b: 2, c: 1, d: 0 },
      { a: 1, b: 2, c: 2, d: 0 },
      { a: 1, b: 1, c: 1, d: 0 },
      { a: 1, b: 1, c: 2, d: 0 },
      { a: 1, b: 0, c: 7, d: 9 },
      { a: 1, b: 0, c: 8, d: 9 },
    ]);
  });

  it("leaves out what a function of the whole configuration excludes", () => {
    const seen: Config[] = [];
    const grid = defineGridSchedule({
      ...COMMON,
      variations: { a: [1, 2, 3], "e.f": when({ a: [2, 3] }, [1, 2]) },
      exclude: [
        (config) => {
          seen.push(config);
          return config["a"] === 3;
        },
      ],
    });
    expect(planGrid(grid).count).to.equal(3);
    expect(seen[0]).to.deep.equal({ ...DEFAULTS, a: 1, e: {} });
    expect(seen[1]).to.deep.equal({ ...DEFAULTS, a: 2, e: { f: 1 } });
  });

  it("counts a quadrillion at once, with what is excluded, and samples it without making it", () => {
    const grid = huge({ exclude: [{ a: [1, 2], b: 3 }, { c: 99_999 }], sample: 1000 });
    const plan = planGrid(grid);
    // All, less those of each exclusion, with those of both put back.
    expect(plan.size).to.equal(1e15 - 2 * 1e5 - 1e10 + 2);
    const sample = [...plan.experiments(5)];
    expect(sample).to.have.length(1000);
    expect(new Set(sample.map(canonicalJson))).to.have.property("size", 1000);
    expect(sample.every(({ c }) => c !== 99_999)).to.equal(true);
    expect([...planGrid(huge({ sample: 10 })).experiments(5)]).to.have.length(10);
  }).timeout(30_000);

  it("samples the quadrillion past a function, too", () => {
    const isOdd = ({ a, b }: Config) => (Number(a) + Number(b)) % 2 === 1;
    const plan = planGrid(huge({ exclude: [isOdd], sample: 100 }));
    expect(plan.size).to.equal(undefined);
    expect([...plan.experiments(1)].filter(isOdd)).to.deep.equal([]);
    expect([...plan.experiments(1)]).to.have.length(plan.count);
  });

  it("says when it would have to look at too many", () => {
    expect(() => planGrid(huge({ exclude: [() => false] }))).to.throw(/1000000 are looked at/);
    const meeting = [{ variations: { a: [1, 2] } }, { variations: { a: [2, 3] } }];
    const lists = { b: thousands(), c: thousands() };
    const all = defineGridSchedule({ ...COMMON, variations: lists, blocks: meeting });
    expect(() => planGrid(all)).to.throw(/blocks may have some in common/);
    const apart = [{ variations: { a: [1, 2] } }, { variations: { a: [3] } }];
    expect(
      planGrid(defineGridSchedule({ ...COMMON, variations: lists, blocks: apart })).count,
    ).to.equal(3e6);
    const none = planGrid(huge({ exclude: [() => true], sample: 3 }));
    expect(() => [...none.experiments(1)]).to.throw(/could not be filled/);
  }).timeout(30_000);

  it("takes each combination into a sample as often as any other", () => {
    const grid = defineGridSchedule({
      ...COMMON,
      variations: { a: [1, 2, 3], b: when({ a: [1, 3] }, [1, 2, 3]), c: [1, 2] },
      exclude: [{ a: 3, b: 1 }],
      sample: 3,
    });
    const { size = 0, experiments } = planGrid(grid);
    expect(size).to.equal(12);
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed += 1) {
      for (const one of experiments(seed)) {
        const text = canonicalJson(one);
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
    const expected = (4000 * 3) / 12;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(counts).to.have.property("size", 12);
    // 11 degrees of freedom: 31.3 is exceeded once in 1,000.
    expect(chiSquare).to.be.below(31.3);
  });

  it("begins a longer sample with the shorter one", () => {
    const [short, long] = [5, 9].map((sample) => [...planGrid(huge({ sample })).experiments(3)]);
    expect(long?.slice(0, 5)).to.deep.equal(short);
  });
});

function huge(more: Partial<GridSchedule>): GridSchedule {
  const list = Array.from({ length: 1e5 }, (_, index) => index);
  const variations = { a: list, b: list, c: list };
  return defineGridSchedule({ ...COMMON, variations, ...more });
}

const thousands = () => Array.from({ length: 1000 }, (_, index) => index);

/** Every assignment of 0 to 3 or nothing to the varied names, asked of each block in plain words. */
function bruteForce(grid: GridSchedule): ReadonlySet<string> {
  const names = variedNames(grid);
  const found = new Set<string>();
  const count = 5 ** names.length;
  for (let index = 0; index < count; index += 1) {
    const assignment: Record<string, ConfigValue> = {};
    names.forEach((name, place) => {
      const digit = Math.floor(index / 5 ** place) % 5;
      if (digit < 4) assignment[name] = digit;
    });
    const parts = grid.blocks?.map((block) => [grid, block]) ?? [[grid]];
    if (parts.some((both) => isIn(assignment, both, names))) found.add(canonicalJson(assignment));
  }
  return found;
}

function isIn(assignment: Config, parts: readonly GridPart[], names: readonly string[]): boolean {
  const set = new Set<string>();
  const has = (one: Condition) =>
    Object.entries(one).every(([name, asked]) => {
      const own = names.includes(name) ? assignment[name] : 0;
      return own !== undefined && (Array.isArray(asked) ? asked.includes(own) : asked === own);
    });
  for (const { variations = {}, zip, overrides, exclude = [] } of parts) {
    for (const [name, varied] of Object.entries(variations)) {
      set.add(name);
      const isThere = "when" in varied ? has(varied.when) : true;
      const list = "when" in varied ? varied.values : varied;
      const own = assignment[name];
      if (isThere ? own === undefined || !list.includes(own) : own !== undefined) return false;
    }
    for (const group of [zip ?? {}, overridesAsLists(overrides ?? [])] as readonly object[]) {
      const lists = Object.entries(group) as [string, readonly ConfigValue[]][];
      for (const [name] of lists) set.add(name);
      const rows = lists[0]?.[1] ?? [0];
      if (!rows.some((_, row) => lists.every(([name, list]) => list[row] === assignment[name]))) {
        return false;
      }
    }
    if (exclude.some((one) => typeof one !== "function" && has(one))) return false;
  }
  return names.every((name) => set.has(name) || assignment[name] === 0);
}

function overridesAsLists(overrides: readonly Config[]): object {
  const names = Object.keys(overrides[0] ?? {}).filter((name) => name !== "name");
  return Object.fromEntries(names.map((name) => [name, overrides.map((one) => one[name])]));
}

const zeros = (points: readonly object[]) =>
  points.flatMap((point) => Object.keys(point).map((name) => [name, 0] as const));

const mapValues = (lists: Readonly<Record<string, readonly number[]>>, row: number) =>
  Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list[row] ?? 0]));

function distinct<Item extends Config>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [canonicalJson(item), item])).values()];
}

const reversedKeys = <Whole extends object>(whole: Whole) =>
  Object.fromEntries(Object.entries(whole).reverse()) as Whole;
