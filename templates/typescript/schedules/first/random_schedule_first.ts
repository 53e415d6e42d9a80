import { defineRandomSchedule, integer, logUniform } from "hatchery";

import { getRunArgs } from "../../train.ts";

/** What to search: alprep --schedule_file schedules/first/random_schedule_first.ts */
export default defineRandomSchedule({
  algNames: ["polynomial"],
  taskNames: ["sine"],
  seeds: [1, 2, 3],
  nExperiments: 12,
  defaults: getRunArgs(),
  space: { degree: integer(1, 8), learningRate: logUniform(0.001, 0.1) },
});
