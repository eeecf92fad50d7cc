import { join } from "node:path";
import type { RelayConfig } from "hpx-relay";
import { runRelay, type Sources } from "./children.js";
import { type Cluster, urlsOf } from "./nats-cluster.js";
import type { Row } from "./table.js";

/** Events of one source in a second. */
const RATE = 20;

/** The memory of a relay whose sources say nothing. */
export async function idle(sources: Sources, folder: string, count: number): Promise<Row> {
  const config = {
    log: `sqlite:${join(folder, "idle.db")}`,
    defaults: { idleTimeout: 0 },
    sources: sources.configure("quiet", count),
  };
  const { megabytes } = await runRelay(config, { kind: "idle", duration: 20_000 });
  return {
    name: `memory, ${count} idle sources`,
    value: `${megabytes.toFixed(0)} MB`,
    target: "110 MB",
    note: "RSS after a collection, SQLite log",
  };
}

/** The CPU of many sources that are all a little busy. */
export async function paced(
  sources: Sources,
  { folder, cluster }: { readonly folder?: string; readonly cluster?: Cluster },
  count: number,
): Promise<Row> {
  const log = cluster === undefined ? `sqlite:${join(folder ?? "", "paced.db")}` : urlsOf(cluster).join();
  const stream = cluster === undefined ? {} : { stream: { name: "PACED", subject: "paced.{source}", replicas: 3 } };
  const config = { log, ...stream, sources: sources.configure("paced", count, `rate=${RATE}`) };
  const measured = await runRelay(withPace(config), { kind: "paced", warmUp: 5000, duration: 20_000 });
  const perCommit = measured.events / measured.commits;
  const rate = measured.events / measured.seconds;
  return {
    name: `${count} sources, ${RATE} events a second each, ${cluster === undefined ? "SQLite" : "NATS, 3 replicas"}`,
    value: `${rate.toFixed(0)}/s`,
    target: "22 us an event",
    cpu: `${((measured.cpu / measured.events) * 1e6).toFixed(1)} us`,
    note: `${perCommit.toFixed(1)} events a commit, ${measured.megabytes.toFixed(0)} MB`,
  };
}

/** All sources have one origin, and a thousand connects would take 20 seconds. */
function withPace(config: RelayConfig): RelayConfig {
  return { ...config, defaults: { connectsPerOrigin: 1000, idleTimeout: 0 } };
}
