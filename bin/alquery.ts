#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { query } from "../src/commands/query.ts";

await runCli(query);
