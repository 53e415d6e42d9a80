import { choice, defineRandomSchedule, integer, logUniform } from "hatchery";

import { getRunArgs } from "../../examples/digits/main.ts";

/** A first look at everything that can be set: 2 searches of 10 experiments with 3 seeds, 60 runs. */
export default defineRandomSchedule({
  algNames: ["mlp", "softmax"],
  taskNames: ["digits"],
  seeds: [1, 2, 3],
  nExperiments: 10,
  defaults: getRunArgs(),
  space: {
    learningRate: logUniform(1e-4, 1),
    optimizer: choice(["sgd", "adam"]),
    hiddenUnits: integer(8, 128),
    batchSize: choice([16, 32, 64, 128]),
    weightDecay: logUniform(1e-6, 1e-2),
  },
  program: { module: "examples/digits/main.ts" },
  metric: { name: "accuracy", direction: "maximise" },
});
