import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { RelayConfig, RelayLog } from "hpx-relay";
import { openLog } from "hpx-relay";
import { start, type Sources } from "./children.js";
import { type Cluster, urlsOf } from "./nats-cluster.js";
import { quantile, type Row } from "./table.js";

const COUNT = 100;
const RATE = 20;
const TTL = 5000;

/** How often the log is asked who wrote last, in milliseconds: a time is at most this much too long. */
const LOOK = 20;

/**
 * Two relays share 100 sources; one is ended by a signal, and for each of its sources the time counts until the leader of the
 * log has an event of the other one. Then it is started again.
 */
export async function handovers(
  sources: Sources,
  cluster: Cluster,
  signal: "SIGKILL" | "SIGTERM",
  rounds: number,
): Promise<Row> {
  const name = `OVER${signal}`;
  const config: RelayConfig = {
    log: urlsOf(cluster).join(),
    stream: { name, subject: `${name}.{source}`, replicas: 3 },
    group: { ttl: TTL },
    // All sources have one origin here, whose limit of 50 connects a second would be what is measured.
    defaults: { idleTimeout: 0, connectsPerOrigin: 1000 },
    sources: sources.configure("paced", COUNT, `rate=${RATE}`),
  };
  const member = (id: string): ChildProcess =>
    start("relay-process", { config: { ...config, id }, task: { kind: "member" } });
  const members = new Map(["a", "b"].map((id) => [id, member(id)]));
  const names = Object.keys(config.sources);
  const times: number[] = [];
  let log: RelayLog | undefined;
  try {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    log = await openLog(
      {
        kind: "nats",
        servers: urlsOf(cluster),
        name,
        subject: `${name}.{source}`,
        replicas: 3,
        maxAge: 7 * 86_400_000,
      },
      { readOnly: true },
    );
    for (let round = 0; round < rounds; round += 1) {
      await shared(log, names);
      const victim = round % 2 === 0 ? "a" : "b";
      const owners = await ownersOf(log, names);
      const child = members.get(victim);
      if (child === undefined) throw new Error(`no relay ${victim}`);
      const began = performance.now();
      child.kill(signal);
      const waiting = new Set(names.filter((each) => owners.get(each) === victim));
      while (waiting.size > 0) {
        const now = await ownersOf(log, [...waiting]);
        for (const each of waiting) {
          // Without an answer nothing is known.
          if (now.get(each) === victim || now.get(each) === "") continue;
          waiting.delete(each);
          times.push(performance.now() - began);
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      members.set(victim, member(victim));
    }
  } finally {
    for (const child of members.values()) child.kill("SIGKILL");
    await log?.close();
  }
  const second = (share: number): string => `${(quantile(times, share) / 1000).toFixed(2)} s`;
  return {
    name: signal === "SIGKILL" ? "takeover after `kill -9`, p99" : "hand-over at SIGTERM, p99",
    value: second(0.99),
    target: signal === "SIGKILL" ? `${TTL / 1000} + 3 s` : "1 s",
    note: `median ${second(0.5)}; ${times.length} hand-overs of ${COUNT} sources, ${RATE} events a second each`,
  };
}

async function ownersOf(log: RelayLog, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const tails = await log.tails(names).catch(() => new Map<string, never>());
  return new Map(names.map((name) => [name, ownerIn(tails.get(name))]));
}

function ownerIn(tail: { readonly tag?: string | undefined } | undefined): string {
  return tail?.tag?.split(".")[0] ?? "";
}

/** Resolves when both relays write for a while. */
async function shared(log: RelayLog, names: readonly string[]): Promise<void> {
  for (let steady = 0, last = ""; steady < 10;) {
    const owners = await ownersOf(log, names);
    const now = names.map((name) => owners.get(name)).join();
    const isShared = now.includes("a") && now.includes("b") && !now.split(",").includes("");
    steady = isShared && now === last ? steady + 1 : 0;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
