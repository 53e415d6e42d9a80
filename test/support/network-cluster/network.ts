import { execFileSync, spawnSync } from "node:child_process";

/** `files`: of the shared folder; `witness`: of everything else. */
export type Network = "files" | "witness";

/** What goes before a command of the host's for it to be run in a network namespace. */
export const inNetwork = (network: string) => ["nsenter", `--net=/run/netns/${network}`];

/**
 * A network namespace of a name, with two networks in it. The host has the first address of each, and
 * a device for each node, such as `files2`.
 */
export function makeNetwork(network: string, nodes: readonly number[]): void {
  ip("netns", "add", network);
  const inside = (...args: readonly string[]) => {
    ip("-n", network, ...args);
  };
  inside("link", "set", "lo", "up");
  for (const [kind, address] of [
    ["files", "10.99.0.1/24"],
    ["witness", "10.98.0.1/24"],
  ] as const) {
    inside("link", "add", `br${kind}`, "type", "bridge");
    inside("addr", "add", address, "dev", `br${kind}`);
    inside("link", "set", `br${kind}`, "up");
    const devices = nodes.map((node) => `${kind}${node}`);
    for (const device of devices) {
      inside("tuntap", "add", device, "mode", "tap");
      inside("link", "set", device, "master", `br${kind}`, "up");
    }
    // Without this the nodes' kernels complain without end, and stall.
    for (const device of [...devices, `br${kind}`]) {
      const off = ["tso", "off", "gso", "off", "gro", "off"];
      spawnSync("ip", ["netns", "exec", network, "ethtool", "-K", device, ...off]);
    }
  }
}

/** Takes a node's device off its network, or puts it back to one. */
export function setCut(network: string, device: string, to: Network | undefined): void {
  const place = to === undefined ? ["nomaster"] : ["master", `br${to}`];
  ip("-n", network, "link", "set", device, ...place);
}

export function removeNetwork(network: string): void {
  spawnSync("ip", ["netns", "del", network]);
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}
