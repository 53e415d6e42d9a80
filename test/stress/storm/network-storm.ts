import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { type Cluster, SHARED, startCluster } from "../../support/network-cluster/cluster.ts";
import { judge } from "./judge.ts";
import type { StormReport } from "./local-storm.ts";
import type { NodeOrder } from "./on-node.ts";
import { prepareSearches, type StormSearch } from "./prepare.ts";
import type { RageReport } from "./rage.ts";
import { createChance } from "./random.ts";
import { createWatch } from "./watch.ts";
import { startWitness } from "./witness.ts";

export type NetworkStorm = {
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  /** Of the clients, such as `actimeo=1`. */
  readonly mountOptions: string;
  readonly runs: number;
  /** Of each node. */
  readonly launchers: number;
  /** Of each launcher. */
  readonly workers: number;
  readonly deletes: boolean;
  /** Between two events on a node, about, ms. */
  readonly paceMs: number;
  /** Between two accidents of the network, s. */
  readonly accidentSeconds: number;
};

/** The lease is 5 s. */
const HEARTBEAT_MS = 500;
const LEASE_MS = 10 * HEARTBEAT_MS;
/** Long enough that somebody else would have begun before the end, if leases could be taken over wrongly. */
const LONGEST_SECONDS = 9;
const STEP_SECONDS = 0.05;
const HOUR_SECONDS = 3_600;
const PORT = 7_000;
const WATCH_MS = 1_000;

/** A storm on several machines with a network file system between them. */
export async function runNetworkStorm(storm: NetworkStorm): Promise<StormReport> {
  const startedMs = performance.now();
  // One is right, the next an hour ahead, the one after an hour behind.
  const clocksAhead = Array.from({ length: storm.nodes }, (_, index) => [0, 1, -1][index % 3] ?? 0);
  const cluster = await startCluster({
    ...storm,
    clocksAhead: clocksAhead.map((hours) => hours * HOUR_SECONDS),
  });
  const folder = join(cluster.exported, "project");
  const path = join(cluster.exported, "..", "witness.socket");
  const witness = await startWitness({ path });
  try {
    const forward = resolve("dist/test/stress/storm/forward.js");
    const address = [cluster.witnessHost, String(PORT)];
    cluster.startInNetwork([process.execPath, forward, ...address, path]);
    mkdirSync(folder);
    const options = { ...storm, longestSeconds: LONGEST_SECONDS, stepSeconds: STEP_SECONDS };
    const search = await prepareSearches(folder, address.join(":"), options);
    const watch = createWatch(search.storages, search.runs);
    const watching = setInterval(watch.look, WATCH_MS);
    const [accidents, ...raged] = await Promise.all([
      strikeNetwork(cluster, storm),
      ...cluster.nodes.map((node) => rageOn(node, cluster, search, storm)),
    ]);
    watch.look();
    const completedInStorm = watch.completed();
    const settled = await Promise.all(cluster.nodes.map((node) => settleOn(node, cluster, search)));
    clearInterval(watching);
    watch.look();
    const rages = [accidents, ...raged, { ...accidents, failures: settled.flat() }];
    return {
      ...judge({ search, witness, watch, rages, completedInStorm, diskRefused: false }),
      seed: storm.seed,
      rages: [accidents, ...raged],
      seconds: (performance.now() - startedMs) / 1000,
      skipped: [],
    };
  } finally {
    witness.close();
    await cluster.stop();
  }
}

/** Where the nodes have it. */
function seenByNodes({ folder, storages }: StormSearch): Omit<StormSearch, "runs"> {
  const there = (path: string) => path.replace(folder, join(SHARED, "project"));
  return { folder: there(folder), storages: storages.map(there) };
}

async function rageOn(
  node: number,
  cluster: Cluster,
  search: StormSearch,
  storm: NetworkStorm,
): Promise<RageReport> {
  const { seconds, launchers, workers, deletes } = storm;
  const seed = 1000 * storm.seed + node;
  const settings = {
    seed,
    seconds,
    launchers,
    workers,
    deletes,
    heartbeatMs: HEARTBEAT_MS,
    paceMs: storm.paceMs,
  };
  const order = { kind: "rage", settings: { ...settings, ...seenByNodes(search) } } as const;
  // As our own program prints it.
  return (await tell(node, cluster, order)) as RageReport;
}

async function settleOn(
  node: number,
  cluster: Cluster,
  search: StormSearch,
): Promise<readonly string[]> {
  const order = { kind: "settle", heartbeatMs: HEARTBEAT_MS, ...seenByNodes(search) } as const;
  // As our own program prints it.
  return (await tell(node, cluster, order)) as readonly string[];
}

async function tell(node: number, cluster: Cluster, order: NodeOrder): Promise<unknown> {
  const program = resolve("dist/test/stress/storm/on-node.js");
  const { code, stdout, stderr } = await cluster.run(node, [
    process.execPath,
    "--enable-source-maps",
    program,
    JSON.stringify(order),
  ]);
  if (code !== 0) throw new Error(`Node ${node} ended with ${String(code)}:\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** Cuts nodes off, and restarts the server, in turn. */
async function strikeNetwork(cluster: Cluster, storm: NetworkStorm): Promise<RageReport> {
  const { next, between, pick } = createChance(storm.seed);
  const startedMs = performance.now();
  const events: Record<string, number> = {};
  const count = (name: string) => {
    events[name] = (events[name] ?? 0) + 1;
  };
  const elapsedMs = () => performance.now() - startedMs;
  for (let turn = 0; ; turn++) {
    await pause(1000 * storm.accidentSeconds * (0.5 + next()));
    const cutMs = between(1.2, 2) * LEASE_MS;
    if (elapsedMs() + cutMs > 1000 * storm.seconds) break;
    const node = pick(cluster.nodes);
    if (turn % 2 === 0 && node !== undefined) {
      count("cut a machine off for longer than the lease");
      cluster.setCut(node, true);
      await pause(cutMs);
      cluster.setCut(node, false);
    } else {
      count("kill and restart the file server");
      cluster.restartServer();
    }
  }
  const nothing = { kills: 0, killed: [], helpless: [], deleted: [], failures: [] };
  return { seconds: elapsedMs() / 1000, events, ...nothing };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
