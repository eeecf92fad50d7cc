import { LogServer, openLog, Relay } from "hpx-relay";
import { SseConnection } from "hpx-transport/sse";

const fills = { url: "https://example.com/fills" };
const written = await Relay.start({ log: "sqlite:./relay.db", sources: { fills } });
await written.over;
await written.close();

// #region serve
const log = await openLog({ kind: "sqlite", path: "./relay.db", maxAge: 0 }, { readOnly: true });
const server = await LogServer.start({ log, sources: ["fills"], port: 0 });

// Any client of event streams, in any language; without an id it gets what comes.
for await (const { data } of SseConnection.open({ url: `${server.url}/fills`, lastEventId: "earliest" })) {
  console.log(data);
  if (data === "b") break;
}

await server.close();
await log.close();
// #endregion
