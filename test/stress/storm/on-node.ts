import { processesIn } from "../../support/processes.ts";
import { until } from "../../support/small-project.ts";
import { rage, type RageReport, type RageSettings } from "./rage.ts";
import { settleAll } from "./settle-all.ts";

/** What a node of a cluster is told to do. */
export type NodeOrder =
  | { readonly kind: "rage"; readonly settings: Omit<RageSettings, "disk" | "progress" | "kills"> }
  | {
      readonly kind: "settle";
      readonly folder: string;
      readonly storages: readonly string[];
      readonly heartbeatMs: number;
    };

/** What it prints, as JSON. */
export type NodeAnswer = RageReport | readonly string[];

// Written by our own storm.
const order = JSON.parse(process.argv[2] ?? "") as NodeOrder;
console.log(JSON.stringify(await obey(order)));

async function obey(one: NodeOrder): Promise<NodeAnswer> {
  if (one.kind === "settle") return settleAll(one, one.heartbeatMs);
  const rest = { kills: Number.POSITIVE_INFINITY, disk: undefined, progress: () => 0 };
  const report = await rage({ ...one.settings, ...rest });
  await until(() => processesIn(one.settings.folder).length === 0);
  return report;
}
