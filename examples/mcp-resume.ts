/**
 * Calls a tool of an MCP server and prints every message up to its response. The program makes the call once. When the
 * server closes the connection, or it breaks, the program resumes the stream by GET.
 *
 *     MCP_SESSION_ID=... node examples/dist/mcp-resume.js https://example.com/mcp TOOL '{"argument":1}'
 */
import { TransportError } from "hpx-transport";
import { McpSseHandler, SseConnection, type SseConnectInfo } from "hpx-transport/sse";

/** The parts of a JSON-RPC message that this program reads. */
interface Message {
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

const [url, tool, argument = "{}"] = process.argv.slice(2);
if (url === undefined || tool === undefined) {
  console.error("usage: mcp-resume URL TOOL [ARGUMENTS]");
  process.exit(2);
}

class Visible extends McpSseHandler {
  onConnect({ lastEventId }: SseConnectInfo): void {
    console.error(lastEventId === "" ? "called" : `resumed after ${lastEventId}`);
  }
}

const { MCP_SESSION_ID } = process.env;
const call = { name: tool, arguments: JSON.parse(argument) as unknown, _meta: { progressToken: 1 } };
const connection = SseConnection.open(
  {
    url,
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "MCP-Protocol-Version": "2025-11-25",
      ...(MCP_SESSION_ID !== undefined && { "Mcp-Session-Id": MCP_SESSION_ID }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call }),
    reconnect: { maxAttempts: 5 },
  },
  new Visible(),
);
process.once("SIGINT", () => void connection.close());

try {
  // The handler ends the stream at the response; the messages before it are notifications.
  for await (const { json } of connection.json()) {
    const { method, params, result, error } = json as Message;
    if (method !== undefined) console.error(method, JSON.stringify(params));
    else if (error === undefined) console.log(JSON.stringify(result));
    else fail(`the server refused the call: ${JSON.stringify(error)}`);
  }
} catch (error) {
  if (!TransportError.is(error)) throw error;
  // A server may also answer with the response alone, as JSON. Read that with `fetch`.
  fail(`${error.code}: ${error.message}`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
