import { subscribe } from "node:diagnostics_channel";
import { SseConnection, type SseDiagnostics } from "hpx-transport/sse";

// Covers every connection of the process; the code that opens them does not change.
subscribe("hpx-transport:sse:disconnected", (message) => {
  const { connection, failure } = message as SseDiagnostics["hpx-transport:sse:disconnected"];
  console.log(connection.method, new URL(connection.url).pathname, failure?.code);
});

for await (const { data } of SseConnection.open("https://example.com/events")) console.log(data);
