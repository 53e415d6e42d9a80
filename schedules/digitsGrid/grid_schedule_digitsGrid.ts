import { defineGridSchedule } from "hatchery";

import { getRunArgs } from "../../examples/digits/main.ts";

/** Which optimizer needs which learning rate? 2 searches of 8 experiments with 3 seeds: 48 runs. */
export default defineGridSchedule({
  algNames: ["mlp", "softmax"],
  taskNames: ["digits"],
  seeds: [1, 2, 3],
  defaults: getRunArgs(),
  variations: { learningRate: [0.001, 0.01, 0.1, 1], optimizer: ["sgd", "adam"] },
  program: { module: "examples/digits/main.ts" },
  metric: { name: "accuracy", direction: "maximise" },
});
