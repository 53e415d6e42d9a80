#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { prepare } from "../src/commands/prepare.ts";

await runCli(prepare);
