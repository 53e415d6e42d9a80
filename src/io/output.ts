import { stdout } from "node:process";

import type { Output } from "../host.ts";

const { NO_COLOR = "", TERM } = process.env;

export const standardOutput: Output = {
  write: (some) => {
    stdout.write(some);
  },
  isScreen: stdout.isTTY && NO_COLOR === "" && TERM !== "dumb",
  // Some terminals do not know their size.
  size: () =>
    stdout.isTTY && stdout.columns > 0 ? { columns: stdout.columns, rows: stdout.rows } : undefined,
};
