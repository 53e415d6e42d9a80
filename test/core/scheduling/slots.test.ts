import { expect } from "chai";
import fc from "fast-check";

import {
  allowedCores,
  coreVariables,
  countDevices,
  gpusForRuns,
  gpuSlots,
  listedDevices,
  namedDevices,
  runsOnGpus,
} from "../../../src/core/scheduling/slots.ts";

const perRuns = fc.oneof(
  fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  fc.integer({ min: 1, max: 9 }),
);

describe("gpuSlots", () => {
  it("puts no more on a GPU than it takes, whatever the share, and leaves none idle that would take one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), perRuns, (gpus, perRun) => {
        const names = Array.from({ length: gpus }, (_, index) => String(index + 3));
        const slots = gpuSlots({ CUDA_VISIBLE_DEVICES: names }, perRun);
        const uses = slots.flatMap((slot) => slot["CUDA_VISIBLE_DEVICES"]?.split(",") ?? []);
        const load = names.map(
          (name) => uses.filter((use) => use === name).length * Math.min(1, perRun),
        );
        expect(Math.max(0, ...load)).to.be.at.most(1 + 1e-9);
        expect(uses.every((use) => names.includes(use))).to.equal(true);
        expect(slots).to.have.length(runsOnGpus(gpus, perRun));
        if (perRun < 1) expect(new Set(uses).size).to.equal(gpus);
      }),
    );
  });

  it("spreads neighbours over the GPUs, by the names that the variable has", () => {
    const devices = namedDevices({ CUDA_VISIBLE_DEVICES: "GPU-8f0e, 5" }) ?? {};
    const seen = (perRun: number) =>
      gpuSlots(devices, perRun).map((slot) => slot["CUDA_VISIBLE_DEVICES"]);
    expect(seen(0.5)).to.deep.equal(["GPU-8f0e", "5", "GPU-8f0e", "5"]);
    expect(seen(0.3333)).to.have.length(6);
    expect(seen(1)).to.deep.equal(["GPU-8f0e", "5"]);
    expect(seen(2)).to.deep.equal(["GPU-8f0e,5"]);
    expect(seen(3)).to.deep.equal([]);
  });

  it("gives each maker's variable its own entries; HIP counts among those that ROCR leaves", () => {
    const given = {
      ROCR_VISIBLE_DEVICES: "2,3",
      HIP_VISIBLE_DEVICES: "0,1",
      ZE_AFFINITY_MASK: "0.1,1",
    };
    expect(gpuSlots(namedDevices(given) ?? {}, 1)).to.deep.equal([
      { ROCR_VISIBLE_DEVICES: "2", HIP_VISIBLE_DEVICES: "0", ZE_AFFINITY_MASK: "0.1" },
      { ROCR_VISIBLE_DEVICES: "3", HIP_VISIBLE_DEVICES: "0", ZE_AFFINITY_MASK: "1" },
    ]);
  });
});

describe("namedDevices", () => {
  it("sees nothing after an entry that is none, and nothing where a variable is empty", () => {
    for (const [text, count] of [
      ["0,1,-1,2", 2],
      ["NoDevFiles", 0],
      ["", 0],
      ["none", 0],
      ["MIG-GPU-1a/3/0,1", 2],
    ] as const) {
      expect(countDevices(namedDevices({ CUDA_VISIBLE_DEVICES: text }) ?? {}), text).to.equal(
        count,
      );
    }
    expect(namedDevices({ PATH: "/bin" })).to.equal(undefined);
  });

  it("takes those of the maker whose variable is not empty", () => {
    const devices = namedDevices({ CUDA_VISIBLE_DEVICES: "", ROCR_VISIBLE_DEVICES: "0,1" }) ?? {};
    expect(countDevices(devices)).to.equal(2);
  });
});

describe("listedDevices", () => {
  it("reads what nvidia-smi prints, and takes its complaints for no GPU", () => {
    expect(countDevices(listedDevices("0\n1\n2\n"))).to.equal(3);
    expect(countDevices(listedDevices("No devices were found\n"))).to.equal(0);
  });
});

describe("gpusForRuns", () => {
  it("is enough for as many runs, and not one too many", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), perRuns, (runs, perRun) => {
        const gpus = gpusForRuns(runs, perRun);
        expect(runsOnGpus(gpus, perRun)).to.be.at.least(runs);
        expect(runsOnGpus(gpus - 1, perRun)).to.be.below(runs);
      }),
    );
  });
});

describe("coreVariables", () => {
  it("leaves what somebody has set", () => {
    expect(coreVariables(4, { OMP_NUM_THREADS: "1" })).to.deep.equal({
      OPENBLAS_NUM_THREADS: "4",
      MKL_NUM_THREADS: "4",
    });
  });

  it("does not take for somebody's what PBS says of the whole job", () => {
    // As OpenPBS 23.06 sets them.
    const job = { PBS_JOBID: "12.pbs01", NCPUS: "8", OMP_NUM_THREADS: "8" };
    expect(coreVariables(4, job)).to.include({ OMP_NUM_THREADS: "4" });
    expect(coreVariables(4, { ...job, OMP_NUM_THREADS: "1" })).not.to.have.property(
      "OMP_NUM_THREADS",
    );
    expect(coreVariables(4, { NCPUS: "8", OMP_NUM_THREADS: "8" })).not.to.have.property(
      "OMP_NUM_THREADS",
    );
  });
});

describe("allowedCores", () => {
  it("counts the cores of a process's status", () => {
    expect(allowedCores("Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n")).to.equal(7);
    expect(allowedCores("")).to.equal(undefined);
  });
});
