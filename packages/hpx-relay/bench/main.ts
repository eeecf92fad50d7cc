// npm run bench -w hpx-relay [-- --rounds N --events N --sources N --only NAME,NAME]
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startSources } from "./children.js";
import { handovers } from "./handover.js";
import { hasNats, startCluster } from "./nats-cluster.js";
import { idle, paced } from "./steady.js";
import { type Row, table } from "./table.js";
import { natsFlood, sqliteFlood } from "./throughput.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    events: { type: "string", default: "1000000" },
    sources: { type: "string", default: "1000" },
    only: { type: "string" },
  },
});
const scale = { rounds: Number(values.rounds), events: Number(values.events) };
const only = values.only?.split(",");
const isAsked = (name: string): boolean => only?.includes(name) ?? true;
const folder = mkdtempSync(join(tmpdir(), "hpx-relay-bench-"));
const sources = await startSources();
const rows: Row[] = [];
try {
  if (isAsked("sqlite")) rows.push(...(await sqliteFlood(sources, folder, scale)));
  if (isAsked("idle")) rows.push(await idle(sources, folder, Number(values.sources)));
  if (isAsked("paced")) rows.push(await paced(sources, { folder }, Number(values.sources)));
  if (!hasNats)
    process.stderr.write("no nats-server: .ci/nats-server puts it there; the rows over NATS are left out\n");
  else if (["nats", "paced", "takeover", "handover"].some((name) => isAsked(name))) {
    const cluster = await startCluster(folder);
    try {
      if (isAsked("nats")) rows.push(...(await natsFlood(sources, cluster, scale)));
      if (isAsked("paced")) rows.push(await paced(sources, { cluster }, Number(values.sources)));
      if (isAsked("takeover")) rows.push(await handovers(sources, cluster, "SIGKILL", scale.rounds));
      if (isAsked("handover")) rows.push(await handovers(sources, cluster, "SIGTERM", scale.rounds));
    } finally {
      await cluster.stop();
    }
  }
} finally {
  sources.stop();
  rmSync(folder, { recursive: true, force: true });
}
const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${process.platform} ${process.arch}`;
process.stdout.write(`## The relay, ${scale.rounds} rounds, Node ${process.versions.node}\n\n${machine}\n\n`);
process.stdout.write(`${table(rows)}\n`);
