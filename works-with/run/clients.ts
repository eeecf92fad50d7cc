import type { ServerSentEvent } from "sseer";
import { GraphQlSseHandler, McpSseHandler, type SseCursor, type SseRequest } from "hpx-transport/sse";
import type { Client, Item } from "./trial.js";

const json = { "Content-Type": "application/json" };

/** Each event of the stream is one of the feed. */
export const plain: Client = { options: {}, read: ({ data }) => JSON.parse(data) as Item };

/** tRPC sends `connected` and `ping` besides the data of a subscription. */
export const trpc: Client = {
  options: {},
  read: ({ event, data }) => (event === "message" ? (JSON.parse(data) as Item) : undefined),
};

/** GraphQL over SSE has no ids: the position is in the data, and goes into the variables of the next operation. */
class ResumingGraphQlHandler extends GraphQlSseHandler {
  readonly cursor: SseCursor = {
    read: ({ event, data }: ServerSentEvent) => (event === "next" ? String(graphQlItem(data).n) : undefined),
  };

  prepareRequest({ lastEventId, ...request }: SseRequest): SseRequest {
    const query = "subscription ($after: String) { items(after: $after) { n text } }";
    return { ...request, lastEventId, body: JSON.stringify({ query, variables: { after: lastEventId } }) };
  }
}

function graphQlItem(data: string): Item {
  return (JSON.parse(data) as { data: { items: Item } }).data.items;
}

export const graphQl: Client = {
  options: { method: "POST", headers: json, body: "", resend: true },
  handler: () => new ResumingGraphQlHandler(),
  read: ({ kind, data }) => (kind === "data" ? graphQlItem(data) : undefined),
};

interface McpMessage {
  readonly method?: string;
  readonly params?: { readonly progress: number; readonly message: string };
}

/** A call whose progress is the feed; after it comes the response, which ends the stream. */
export const mcp: Client = {
  options: {
    method: "POST",
    headers: { ...json, "MCP-Protocol-Version": "2025-11-25" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "count", _meta: { progressToken: 1 } },
    }),
  },
  handler: () => new McpSseHandler(),
  read: ({ kind, data }) => {
    if (kind !== "data") return undefined;
    const { params } = JSON.parse(data) as McpMessage;
    return params && { n: params.progress, text: params.message };
  },
  hasEnd: true,
};
