import type { MockWsConnection, WsStep } from "hpx-transport/testing";
import type { SeenSocket, SocketReply, SocketStep } from "../contract/protocol.js";
import { answerMessages } from "./answers.js";
import { waitFor } from "./wait.js";

interface SocketFeed {
  readonly replies: SocketReply[];
  readonly connections: MockWsConnection[];
}

/** The scripted WebSocket URLs by their id: serves their connections, and answers the questions of a contract about them. */
export class Sockets {
  readonly #feeds = new Map<string, SocketFeed>();

  create(replies: readonly SocketReply[]): string {
    const id = String(this.#feeds.size + 1);
    this.#feeds.set(id, { replies: [...replies], connections: [] });
    return id;
  }

  connections(id: string): SeenSocket[] {
    return this.#feed(id).connections.map(seen);
  }

  /** The `n`-th connection once it has sent so many messages; null where it does not in time. */
  async received(id: string, n: number, messages: number): Promise<SeenSocket | null> {
    return await this.#find(id, n, ({ messageCount }) => messageCount >= messages);
  }

  /** The `n`-th connection once it is gone; null where it stays. */
  async gone(id: string, n: number): Promise<SeenSocket | null> {
    return await this.#find(id, n, ({ isClosed }) => isClosed);
  }

  async serve(connection: MockWsConnection): Promise<void> {
    const id = /^\/(\d+)/.exec(connection.url)?.[1] ?? "";
    const { connections, replies } = this.#feed(id);
    connections.push(connection);
    const { steps = [], answers, finish = "hold", ...reply } = replies.shift() ?? { status: 403, finish: "cut" };
    if (answers === undefined) return await connection.play({ ...reply, steps: steps.map(stepOf), finish });
    await connection.accept(reply);
    await answerMessages(connection, connections.length);
  }

  async #find(id: string, n: number, isMeant: (connection: MockWsConnection) => boolean): Promise<SeenSocket | null> {
    const find = (): MockWsConnection | undefined => {
      const connection = this.#feed(id).connections[n - 1];
      return connection !== undefined && isMeant(connection) ? connection : undefined;
    };
    const found = await waitFor(find);
    return found === undefined ? null : seen(found);
  }

  #feed(id: string): SocketFeed {
    const feed = this.#feeds.get(id);
    if (feed === undefined) throw new Error(`there are no sockets ${id}`);
    return feed;
  }
}

function stepOf(step: SocketStep): WsStep {
  return typeof step === "object" && "bytes" in step ? Uint8Array.from(step.bytes) : step;
}

function seen({
  url,
  headers,
  messages,
  frames,
  violations,
  clientClose,
  clientEnd,
  isClosed,
}: MockWsConnection): SeenSocket {
  return {
    url,
    headers,
    messages: messages.map(({ data }) => (typeof data === "string" ? data : [...data])),
    frames: frames.map(({ kind }) => kind),
    pongs: frames.filter(({ kind }) => kind === "pong").map(({ text }) => text),
    violations,
    ...(clientClose !== undefined && { close: clientClose }),
    endedFirst: clientEnd !== undefined,
    isClosed,
  };
}
