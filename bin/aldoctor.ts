#!/usr/bin/env node
import { runCli } from "../src/cli.ts";
import { doctor } from "../src/commands/doctor.ts";

await runCli(doctor);
