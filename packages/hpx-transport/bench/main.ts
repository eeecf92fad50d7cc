// npm run bench -w hpx-transport [-- --rounds N --events N --connections N --only NAME,NAME]
import { parseArgs } from "node:util";
import { fields, hasCurrentNode, STREAMS } from "./contestants/index.js";
import { websocketFields } from "./contestants/websocket/index.js";
import { measureIdle, type Waiting } from "./idle.js";
import { measureManyCursors } from "./many-cursors.js";
import { measureSaves } from "./saves.js";
import { type Load, measureThroughput } from "./throughput.js";
import { measureResubscribing } from "./ws-reconnect.js";
import { measureSlowConsumers } from "./ws-slow.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    events: { type: "string", default: "2000000" },
    connections: { type: "string", default: "5000" },
    only: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const events = Number(values.events);
const connections = Number(values.connections);
const only = values.only?.split(",");
/** Those of `names` who were asked for. */
const asked = (names: readonly string[]): string[] => names.filter((name) => only?.includes(name) ?? true);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const burst = { path: "/burst?count=COUNT", events };
const paced = { path: "/paced?count=COUNT&rate=20000", events: 60_000 };
const loads: readonly Load[] = [
  { title: `${events} events over loopback`, ...burst, secure: false, names: fields.http },
  { title: "One write an event, 20,000 a second", ...paced, secure: false, names: fields.http },
  { title: `${events} events over TLS, HTTP/1.1`, ...burst, secure: true, names: fields.https },
  { title: `${events} events, acknowledged`, ...burst, secure: false, names: fields.durable },
  {
    title: `${events} events over ${STREAMS} streams of an HTTP/2 session`,
    ...burst,
    secure: true,
    names: fields.http2,
  },
  {
    title: `${events} WebSocket messages of 150 B`,
    ...burst,
    secure: false,
    websocket: true,
    names: websocketFields.messages,
  },
  {
    title: "WebSocket messages, one write a message, 20,000 a second",
    ...paced,
    secure: false,
    websocket: true,
    names: websocketFields.messages,
  },
  {
    title: "Results of a GraphQL subscription",
    path: "/graphql?count=COUNT",
    events: Math.min(events, 500_000),
    secure: false,
    websocket: true,
    names: websocketFields.graphql,
  },
];
for (const load of loads) {
  const names = asked(load.names);
  if (names.length > 0) print(await measureThroughput({ ...load, names }, rounds));
}
const eventsource = hasCurrentNode ? "eventsource 5" : "eventsource 4";
const peers = ["node:http", "hpx-transport", eventsource, "eventsource-client", "fetch + EventSourceParserStream"];
const waiting: readonly Waiting[] = [
  { title: `${connections} idle connections in one process`, connections, secure: false, names: peers },
  {
    title: `${connections} idle streams of an HTTP/2 session`,
    connections,
    secure: true,
    names: ["node:http2", "hpx-transport http2"],
  },
  {
    title: `${connections} idle WebSockets in one process`,
    connections,
    secure: false,
    websocket: true,
    names: ["ws by hand", "hpx-transport/websocket", "undici WebSocket", "partysocket over ws"],
  },
];
for (const each of waiting) {
  const names = asked(each.names);
  if (names.length > 0) print(await measureIdle({ ...each, names }));
}
if (asked(["saves"]).length > 0) print(await measureSaves(2000, rounds));
if (asked(["many cursors"]).length > 0) print(await measureManyCursors(1000, rounds));
if (asked(["resubscribing"]).length > 0) print(await measureResubscribing(1000, rounds));
if (asked(["slow consumers"]).length > 0) print(await measureSlowConsumers(10));
