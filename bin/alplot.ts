#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { plot } from "../src/commands/plot.ts";

await runCli(plot);
