import type { SseConnection } from "hpx-transport/sse";

/** Opens one connection and resolves at its first event; the connection stays. */
export type Idler = (url: string) => Promise<unknown>;

/** Who takes part, by name; each is loaded in a process of its own. */
export const idlers: Readonly<Record<string, () => Promise<Idler>>> = {
  "node:http": async () => {
    const { get, Agent } = await import("node:http");
    const agent = new Agent({ maxSockets: Infinity });
    return (url) =>
      new Promise((resolve, reject) => {
        get(url, { agent }, (response) => response.once("data", () => resolve(response))).on("error", reject);
      });
  },
  "node:http2": async () => {
    const { connect } = await import("node:http2");
    let session: ReturnType<typeof connect> | undefined;
    return (url) =>
      new Promise((resolve, reject) => {
        session ??= connect(url);
        const stream = session.request({ ":path": "/" });
        stream.once("data", () => resolve(stream)).on("error", reject);
      });
  },
  "hpx-transport": async () => {
    const { SseConnection } = await import("hpx-transport/sse");
    return (url) => firstEvent(SseConnection.open(url));
  },
  "hpx-transport http2": async () => {
    const { SseConnection } = await import("hpx-transport/sse");
    const { NodeClient } = await import("hpx-transport/http");
    const client = new NodeClient({ http2: true });
    return (url) => firstEvent(SseConnection.open({ url, client }));
  },
  eventsource: async () => {
    const { EventSource } = await import("eventsource");
    return (url) =>
      new Promise((resolve) => {
        const source = new EventSource(url);
        source.addEventListener("message", () => resolve(source));
      });
  },
  "eventsource-client": async () => {
    const { createEventSource } = await import("eventsource-client");
    return (url) =>
      new Promise((resolve) => {
        const source = createEventSource({ url, onMessage: () => resolve(source) });
      });
  },
  "fetch + EventSourceParserStream": async () => {
    const { EventSourceParserStream } = await import("eventsource-parser/stream");
    return async (url) => {
      const { body } = await fetch(url);
      const reader = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
      await reader?.read();
      void reader?.read();
      return reader;
    };
  },
  "ws by hand": async () => {
    const { WebSocket } = await import("ws");
    return (url) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(url, { perMessageDeflate: false });
        socket.once("message", () => resolve(socket)).on("error", reject);
      });
  },
  "hpx-transport/websocket": async () => {
    const { WsConnection } = await import("hpx-transport/websocket");
    return async (url) => {
      const connection = WsConnection.open(url);
      await connection.next();
      // A consumer that waits is part of the cost.
      void connection.next();
      return connection;
    };
  },
  "undici WebSocket": async () => {
    const { WebSocket } = await import("undici");
    return (url) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(url);
        socket.addEventListener("message", () => resolve(socket));
        socket.addEventListener("error", reject);
      });
  },
  "partysocket over ws": async () => {
    const { WebSocket: ReconnectingWebSocket } = await import("partysocket");
    const { WebSocket } = await import("ws");
    return (url) =>
      new Promise((resolve) => {
        const socket = new ReconnectingWebSocket(url, [], { WebSocket });
        socket.addEventListener("message", () => resolve(socket));
      });
  },
};

async function firstEvent(connection: SseConnection): Promise<unknown> {
  await connection.stream.next();
  // A consumer that waits is part of the cost.
  void connection.stream.next();
  return connection;
}
