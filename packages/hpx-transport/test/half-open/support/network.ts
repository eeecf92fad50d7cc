import { spawnSync } from "node:child_process";
import { onTestFinished } from "vitest";
import { environment, runs } from "../../support/program.js";
import type { Requirement } from "../../support/requirements.js";

const PROBE = `hpx-probe-${process.pid}`;

/** iproute2, and root's right to make network namespaces: tried, for a container may lack it. */
export const namespaces: Requirement = {
  met: runs("ip", "netns", "add", PROBE) && runs("ip", "netns", "del", PROBE),
  missing: "iproute2 and the right to make network namespaces (root) are not here",
};

let count = 0;

/** Two network namespaces and a cable between them. No other network is touched, and the test's end removes them. */
export class Network {
  readonly client: string;
  readonly server: string;
  readonly serverAddress = "10.0.0.2";

  constructor() {
    count += 1;
    this.client = `hpx-${process.pid}-${count}-client`;
    this.server = `hpx-${process.pid}-${count}-server`;
    onTestFinished(() => {
      for (const name of [this.client, this.server]) spawnSync("ip", ["netns", "del", name], { env: environment });
    });
    ip("netns", "add", this.client);
    ip("netns", "add", this.server);
    // The cable's ends are made inside: their names are free there.
    ip("-n", this.client, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", this.server);
    for (const [name, address] of [
      [this.client, "10.0.0.1"],
      [this.server, this.serverAddress],
    ] as const) {
      ip("-n", name, "address", "add", `${address}/24`, "dev", "cable");
      ip("-n", name, "link", "set", "cable", "up");
    }
  }

  /** Pulls the cable out at the server's end, or plugs it in: nobody sends a FIN or an RST. */
  link(state: "up" | "down"): void {
    ip("-n", this.server, "link", "set", "cable", state);
  }
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("ip", args, { env: environment, encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}
