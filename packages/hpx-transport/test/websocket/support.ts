import { onTestFinished } from "vitest";
import { MockWsServer, type MockWsConnection, type MockWsServerOptions } from "../../src/testing/index.js";
import {
  WsConnection,
  type WsData,
  type WsMessage,
  type WsOptions,
  type WsProtocolHandler,
  type WsReading,
  type WsSubscription,
} from "../../src/websocket/index.js";

export { eventually, rejection } from "../support/promises.js";

/** A mock server that is closed, and proven to have no connection left, when the test is over. */
export async function startServer(options?: MockWsServerOptions): Promise<MockWsServer> {
  const server = await MockWsServer.start(options);
  onTestFinished(() => server.close());
  return server;
}

/** A connection that is closed when the test is over. Its waits are short. */
export function open(options: WsOptions, handler?: WsProtocolHandler): WsConnection {
  const connection = WsConnection.open({ reconnect: QUICK, closeTimeout: 200, ...options }, handler);
  onTestFinished(() => connection.close());
  return connection;
}

/** Short waits, and no limit of the rate. */
export const QUICK = { initialDelay: 10, jitter: 0, burst: 1000, perSecond: 1000 } as const;

/** As {@link open}, once it is open. */
export async function connect(options: WsOptions, handler?: WsProtocolHandler): Promise<WsConnection> {
  const connection = open(options, handler);
  await connection.opened;
  return connection;
}

/** The next `count` messages. */
export async function take(source: WsConnection | WsSubscription, count: number): Promise<WsMessage[]> {
  const messages: WsMessage[] = [];
  while (messages.length < count) {
    const result = await source.next();
    if (result.done === true) throw new Error(`it ended after ${messages.length} of ${count} messages`);
    messages.push(result.value);
  }
  return messages;
}

/** The content of the next `count` messages. */
export async function texts(source: WsConnection | WsSubscription, count: number): Promise<WsData[]> {
  return (await take(source, count)).map(({ data }) => data);
}

/** A message of the small protocol of these tests. */
export interface Wire {
  readonly op?: string;
  readonly id?: number | string;
  readonly topics?: readonly string[];
  readonly topic?: string;
  readonly n?: number;
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: string;
  readonly acks?: readonly string[];
  readonly nacks?: readonly { topic: string; reason?: string }[];
}

/** Hooks to put over those of a handler; `undefined` takes one away. */
export type Hooks = { [K in keyof WsProtocolHandler]?: WsProtocolHandler[K] | undefined };

/** The handler of a small protocol: JSON with `op`, `id`, `topics`; updates have `topic`, and `n` as their number. */
export class TestHandler implements WsProtocolHandler {
  constructor(hooks: Hooks = {}) {
    Object.assign(this, hooks);
  }

  read(data: WsData): WsReading {
    const value = JSON.parse(String(data)) as Wire;
    const { id, topic, error, acks, nacks } = value;
    if (topic !== undefined) return { kind: "update", topic, value };
    if (id !== undefined) {
      return { kind: "response", id, value, acks, nacks, ...(error !== undefined && { error: { reason: error } }) };
    }
    return { kind: "system", value, acks, nacks };
  }

  subscribe(topics: readonly string[], id: number | string): string {
    return JSON.stringify({ op: "subscribe", topics, id });
  }

  unsubscribe(topics: readonly string[], id: number | string): string {
    return JSON.stringify({ op: "unsubscribe", topics, id });
  }

  request(payload: unknown, id: number | string): string {
    return JSON.stringify({ op: "request", payload, id });
  }
}

/** Answers every message of the small protocol with `ok`, as long as the connection lives. */
export async function obliging(connection: MockWsConnection): Promise<void> {
  for await (const message of connection) {
    const { id } = message.json() as Wire;
    if (id !== undefined) await connection.sendJson({ id, ok: true });
  }
}

/** The operations that a connection received, such as `subscribe a,b`. */
export function operations(connection: MockWsConnection): string[] {
  return connection.messages.map((message) => {
    const { op = "", topics } = message.json() as Wire;
    return topics === undefined ? op : `${op} ${topics.join()}`;
  });
}
