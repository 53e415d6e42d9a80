#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { clean } from "../src/commands/clean.ts";

await runCli(clean);
