import { basename, relative } from "node:path";

import type { SearchFacts } from "../../core/search/search-facts.ts";
import { toIso } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import type { ScriptProcess } from "./script-process.ts";

const SHORT = 7;

/** What `search.json` says in a folder of logs: each run executes its own command. */
export function logFacts(
  logs: string,
  { command, workDir }: ScriptProcess,
  { repositories, clock }: Pick<Host, "repositories" | "clock">,
): SearchFacts {
  const code = repositories.state(workDir, ".");
  const script = command.at(-1) ?? "";
  const plain = (text: string, otherwise: string) =>
    text.replace(/[^A-Za-z0-9.+-]+/g, "-").replace(/^[-.]+/, "") || otherwise;
  return {
    schemaVersion: 1,
    name: {
      id: "logs",
      codeVersion: code.commit?.slice(0, SHORT) ?? "nogit",
      algName: plain(basename(script).replace(/\.[^.]*$/, ""), "script"),
      taskName: plain(basename(logs), "logs"),
      kind: "grid",
      desc: "launched",
    },
    program: { ownCommand: true },
    metric: null,
    project: relative(logs, workDir) || ".",
    repositories: [code],
    samplerSeed: null,
    seeds: [1],
    defaults: {},
    schedule: script,
    createdAt: toIso(clock.now()),
  };
}
