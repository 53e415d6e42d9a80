#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { update } from "../src/commands/update.ts";

await runCli(update);
