import { readFileSync } from "node:fs";

import { refusals } from "./directive-rules.ts";

/** What stand-ins of submitting commands call: `check-directives.js <scheduler> [<script>]`, the script from the input otherwise. */
const [, , scheduler = "", script] = process.argv;
const problems = refusals(scheduler, readFileSync(script ?? 0, "utf8"));
for (const problem of problems) process.stderr.write(`${scheduler}: ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 2;
