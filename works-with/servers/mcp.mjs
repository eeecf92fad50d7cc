import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { finiteItemsAfter, port } from "./feed.mjs";

/** The id of the request that a call was made with. A server with more than one caller keeps it with the work. */
const REQUEST = 1;

const messageOf = ({ n, text }) => ({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: REQUEST, progress: n, message: text },
});
const RESULT = { content: [{ type: "text", text: "done" }] };

/**
 * The events of a call, with the number of the progress as their id. The work of a call is the feed and goes on without
 * the process that was asked, so a stream is resumed from the feed.
 */
const eventStore = {
  storeEvent: async (_stream, { params, result }) => (result ? "result" : String(params?.progress ?? 0)),
  replayEventsAfter: async (lastEventId, { send }) => {
    void follow(lastEventId, send);
    return "call";
  },
};

async function follow(lastEventId, send) {
  for await (const item of finiteItemsAfter(lastEventId)) await send(String(item.n), messageOf(item));
  await send("result", { jsonrpc: "2.0", id: REQUEST, result: RESULT });
}

function serverWithTool() {
  const server = new McpServer({ name: "feed", version: "1.0.0" });
  server.registerTool("count", { description: "Counts" }, async ({ sendNotification }) => {
    for await (const item of finiteItemsAfter(0)) {
      const { method, params } = messageOf(item);
      await sendNotification({ method, params });
    }
    return RESULT;
  });
  return server;
}

// Without sessions: a session of the SDK is lost with the process, and then the call could not be resumed.
createServer(async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, eventStore });
  await serverWithTool().connect(transport);
  await transport.handleRequest(request, response);
}).listen(port, "127.0.0.1");
