#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { launch } from "../src/commands/launch.ts";

await runCli(launch);
