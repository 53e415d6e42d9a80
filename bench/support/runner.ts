// The other process of `workApart`: answers each run folder that it is told of.
import { Socket } from "node:net";

import { runBare } from "./floor.ts";

const line = new Socket({ fd: 3 });
line.setEncoding("utf8");
line.on("data", (run: string) => {
  runBare(run);
  line.write("done");
});
line.on("end", () => process.exit());
