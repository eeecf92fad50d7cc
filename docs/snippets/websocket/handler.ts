import { type WsData, WsConnection, type WsId, type WsProtocolHandler, type WsReading } from "hpx-transport/websocket";

class MyFeed implements WsProtocolHandler {
  readonly limits = { topicsPerMessage: 50, messagesPerSecond: 5 };

  // The one parse of each message: the value goes to the consumer.
  read(data: WsData): WsReading {
    const message = JSON.parse(String(data));
    if (message.topic !== undefined) return { kind: "update", topic: message.topic, value: message.data };
    if (message.type === "closing") return { kind: "system", verdict: "reconnect" }; // as planned: replaced before
    if (message.error !== undefined) return { kind: "response", id: message.id, error: { code: message.error } };
    return { kind: "response", id: message.id, value: message };
  }

  // The first message of each connection; nothing else is sent before its answer.
  authenticate(): string {
    return JSON.stringify({ op: "login", key: process.env["KEY"] ?? "demo" });
  }

  judgeAuth({ value }: { value?: unknown }): "ok" | "refused" | undefined {
    const { login } = value as { login?: boolean };
    return login === undefined ? undefined : login ? "ok" : "refused";
  }

  subscribe(topics: readonly string[], id: WsId): string {
    return JSON.stringify({ op: "subscribe", topics, id });
  }

  unsubscribe(topics: readonly string[], id: WsId): string {
    return JSON.stringify({ op: "unsubscribe", topics, id });
  }
}

await using connection = WsConnection.open({ url: "wss://example.com/private", handler: new MyFeed() });
for await (const { value } of connection.handle.subscribe("orders")) {
  console.log(value);
  break;
}
