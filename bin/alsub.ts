#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { submitScripts } from "../src/commands/submit-scripts.ts";

await runCli(submitScripts);
