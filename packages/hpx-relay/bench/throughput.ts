import { join } from "node:path";
import type { openLog, RelayConfig, VerifyReport } from "hpx-relay";
import { run, runRelay, type Sources } from "./children.js";
import { type Cluster, urlsOf } from "./nats-cluster.js";
import type { Speed } from "./speed.js";
import { median, per, type Row, times } from "./table.js";

/** How often, and with how many events, a row is measured. */
export interface Scale {
  readonly rounds: number;
  readonly events: number;
}

/** A log that was flooded, and how it is opened again to verify it. */
interface Flooded {
  readonly config: RelayConfig;
  readonly settings: Parameters<typeof openLog>[0];
}

/** 20 sources that flood into SQLite; then `verify` of that log. Each beside better-sqlite3 alone, round by round. */
export async function sqliteFlood(sources: Sources, folder: string, { rounds, events }: Scale): Promise<Row[]> {
  const count = 20;
  const figures = new Figures();
  for (let round = 0; round < rounds; round += 1) {
    const bare = { path: join(folder, `bare-${round}.db`), events, sources: count };
    const { writes, reads } = await run<{ writes: Speed; reads: Speed }>("bare/sqlite-process", bare);
    figures.bareWrites.push(writes);
    figures.bareReads.push(reads);
    const path = join(folder, `relay-${round}.db`);
    const feeds = sources.configure("flood", count, `count=${events / count}`);
    await figures.flood(
      {
        config: { log: `sqlite:${path}`, sources: feeds },
        settings: { kind: "sqlite", path, maxAge: 0 },
      },
      events,
    );
  }
  const [write, read] = figures.rows("better-sqlite3 inserts, 4,500 a commit", "better-sqlite3, all rows as arrays");
  return [
    { name: "SQLite log, 20 sources flooding", target: "100,000/s", ...write },
    { name: "`verify` of that log", target: "200,000/s", ...read },
  ];
}

/** One source that floods into a stream of three replicas; then `verify` of that stream. */
export async function natsFlood(sources: Sources, cluster: Cluster, { rounds, events }: Scale): Promise<Row[]> {
  const figures = new Figures();
  for (let round = 0; round < rounds; round += 1) {
    const { servers } = cluster;
    const bare = await run<{ writes: Speed }>("bare/nats-process", { servers, events, replicas: 3 });
    figures.bareWrites.push(bare.writes);
    const stream = { name: `FLOOD${round}`, subject: `flood${round}.{source}`, replicas: 3 };
    await figures.flood(
      {
        config: { log: urlsOf(cluster).join(), stream, sources: sources.configure("flood", 1, `count=${events}`) },
        settings: { kind: "nats", servers: urlsOf(cluster), ...stream, maxAge: 7 * 86_400_000 },
      },
      events,
    );
  }
  const [write, read] = figures.rows("atomic batches of 900, one at a time", "-");
  return [
    { name: "NATS log, 3 replicas, 1 source flooding", target: "80,000/s", ...write },
    { name: "`verify` of that stream", target: "-", ...read },
  ];
}

/** What was measured, a figure for each round. */
class Figures {
  readonly writes: Speed[] = [];
  readonly reads: Speed[] = [];
  readonly bareWrites: Speed[] = [];
  readonly bareReads: Speed[] = [];

  /** Floods a log, and verifies it. */
  async flood({ config, settings }: Flooded, events: number): Promise<void> {
    const relayed = await runRelay(config, { kind: "flood", events });
    this.writes.push({
      perSecond: relayed.events / relayed.seconds,
      cpu: (relayed.cpu / relayed.events) * 1e6,
    });
    const numeric = Object.keys(config.sources);
    const verified = await run<{ report: VerifyReport; speed: Speed }>("verify-process", { settings, numeric, events });
    assertWhole(verified.report, events);
    this.reads.push(verified.speed);
  }

  /** The figures of writing and of reading. */
  rows(writes: string, reads: string): [Figured, Figured] {
    return [figured(this.writes, this.bareWrites, writes), figured(this.reads, this.bareReads, reads)];
  }
}

type Figured = Pick<Row, "value" | "cpu" | "bare" | "ratio" | "cpuRatio">;

function figured(relay: readonly Speed[], bare: readonly Speed[], what: string): Figured {
  const value = per(relay);
  const cpu = `${median(relay.map((each) => each.cpu)).toFixed(1)} us`;
  if (bare.length === 0) return { value, cpu };
  return {
    value,
    cpu,
    bare: `${what}: ${per(bare)}, ${median(bare.map((each) => each.cpu)).toFixed(1)} us`,
    ratio: times(relay.map(({ perSecond }, round) => (bare[round]?.perSecond ?? Number.NaN) / perSecond)),
    cpuRatio: times(relay.map((each, round) => each.cpu / (bare[round]?.cpu ?? Number.NaN))),
  };
}

/** What a log must be after a flood. */
function assertWhole({ events, lost, doubled, damaged, gaps }: VerifyReport, expected: number): void {
  if (events === expected && lost + doubled + damaged + gaps === 0) return;
  throw new Error(`the log has ${events} of ${expected} events: lost ${lost}, doubled ${doubled}, gaps ${gaps}`);
}
