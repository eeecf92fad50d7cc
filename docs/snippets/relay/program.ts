import { openLog, Relay, verify } from "hpx-relay";

await using relay = await Relay.start({
  log: "sqlite:./fills.db",
  sources: { fills: { url: "https://example.com/fills", continuity: "numeric" } },
});
const problem = await relay.over; // when every source has ended or given up; a feed without an end never does
console.log(problem?.message ?? "ended", relay.status.sources[0]?.n);

const log = await openLog({ kind: "sqlite", path: "./fills.db", maxAge: 0 }, { readOnly: true });
const { events, lost, doubled, gaps } = await verify(log, { numeric: new Set(["fills"]) });
console.log({ events, lost, doubled, gaps });
await log.close();
