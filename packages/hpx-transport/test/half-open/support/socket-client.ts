import { TransportError } from "../../../src/error.js";
import { WsConnection, type WsConnectionState } from "../../../src/websocket/index.js";
import type { Report, SocketClientOptions } from "./report.js";

// Runs in the client's namespace and reports what it sees, one JSON object a line.
const { url, pingInterval, pongTimeout, requests = 0 } = JSON.parse(process.argv[2] ?? "") as SocketClientOptions;

function report(what: Omit<Report, "at">): void {
  process.stdout.write(`${JSON.stringify({ at: performance.now(), ...what } satisfies Report)}\n`);
}

const connection = WsConnection.open({
  url,
  pingInterval,
  pongTimeout,
  connectTimeout: 1000,
  handshakeTimeout: 1000,
  requestTimeout: 120_000,
  reconnect: { initialDelay: 100, maxDelay: 1000 },
  handler: {
    read: () => ({ kind: "update" }),
    request: (payload, id) => `${id} ${String(payload)}`,
    onDisconnect: (error) => report({ kind: "disconnected", code: error?.code }),
    onStateChange: ({ status }: WsConnectionState) => report({ kind: "state", status }),
  },
});
for (let count = 0; count < requests; count += 1) {
  connection.handle.request("silence").catch((error: unknown) => {
    const details = TransportError.is(error, "REQUEST_LOST") ? error.details : undefined;
    report({ kind: "request", code: TransportError.is(error) ? error.code : String(error), sent: details?.sent });
  });
}
for await (const { data } of connection) report({ kind: "event", data: String(data) });
