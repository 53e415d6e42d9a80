#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { benchmark } from "../src/commands/benchmark.ts";

await runCli(benchmark);
