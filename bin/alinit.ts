#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { init } from "../src/commands/init.ts";

await runCli(init);
