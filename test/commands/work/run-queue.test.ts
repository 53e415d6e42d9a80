import { expect } from "chai";
import fc from "fast-check";

import { createRunQueue } from "../../../src/commands/work/run-queue.ts";
import { runPath, type RunPath } from "../../../src/tree/paths.ts";

const MANY = 1000;

describe("createRunQueue", () => {
  it("goes through all runs in their order when nobody else does", () => {
    const runs = runsUpTo(50);
    const queue = createRunQueue(runs, () => true);
    expect(takeAll(queue, () => true)).to.deep.equal(numbersOf(runs));
  });

  it("finds the first run that is left behind a long prefix of taken ones in few looks", () => {
    const runs = runsUpTo(MANY);
    const isFree = (run: RunPath) => run.experiment > 777;
    let looks = 0;
    const look = (run: RunPath) => {
      looks += 1;
      return isFree(run);
    };
    const queue = createRunQueue(runs, look);
    expect(queue.next((run) => (look(run) ? true : undefined))?.run.experiment).to.equal(778);
    expect(looks).to.be.below(30);
  });

  it("ends, and offers no run twice, whatever the others take meanwhile", () => {
    const property = fc.property(
      fc.array(fc.boolean(), { maxLength: 60 }),
      fc.infiniteStream(fc.boolean()),
      (pending, changes) => {
        const runs = runsUpTo(pending.length);
        const offered: number[] = [];
        const isPending = ({ experiment }: RunPath) => {
          const taken = pending[experiment - 1] === true;
          // Somebody may be faster right after the look.
          if (changes.next().value === true) pending[experiment - 1] = false;
          return taken;
        };
        const queue = createRunQueue(runs, isPending);
        const taken = takeAll(queue, (run) => {
          offered.push(run.experiment);
          return isPending(run);
        });
        expect(new Set(offered)).to.have.property("size", offered.length);
        expect(offered).to.include.members(taken);
      },
    );
    fc.assert(property);
  });

  it("leaves nothing out when what others have taken is a prefix", () => {
    const property = fc.property(fc.integer({ min: 0, max: 200 }), (taken) => {
      const runs = runsUpTo(200);
      const isFree = ({ experiment }: RunPath) => experiment > taken;
      const found = takeAll(createRunQueue(runs, isFree), isFree);
      expect(found).to.deep.equal(numbersOf(runs.slice(taken)));
    });
    fc.assert(property);
  });
});

function takeAll(
  queue: ReturnType<typeof createRunQueue>,
  tryClaim: (run: RunPath) => boolean,
): readonly number[] {
  const taken: number[] = [];
  for (;;) {
    const next = queue.next((run) => (tryClaim(run) ? true : undefined));
    if (next === undefined) return taken;
    taken.push(next.run.experiment);
  }
}

function runsUpTo(count: number): readonly RunPath[] {
  return Array.from({ length: count }, (_, index) => runPath("/storage", index + 1, 1));
}

const numbersOf = (runs: readonly RunPath[]) => runs.map(({ experiment }) => experiment);
