#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { copy } from "../src/commands/copy.ts";

await runCli(copy);
