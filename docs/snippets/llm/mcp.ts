import { McpSseHandler, SseConnection } from "hpx-transport/sse";

const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "search", arguments: { q: "sse" } } };

// Create a handler for each connection: it remembers the session and the response that is still missing.
const connection = SseConnection.open(
  {
    url: "https://example.com/mcp",
    method: "POST",
    headers: { "Content-Type": "application/json", "MCP-Protocol-Version": "2025-11-25" },
    body: JSON.stringify(call),
  },
  new McpSseHandler(),
);

for await (const { json } of connection.json()) console.log(JSON.stringify(json)); // ends at the response
console.log(connection.stats.attempts, "requests");
