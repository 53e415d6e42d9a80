#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { status } from "../src/commands/status.ts";

await runCli(status);
