#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { retrain } from "../src/commands/retrain.ts";

await runCli(retrain);
