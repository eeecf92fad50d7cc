import type { Exchange, RecordedRequest } from "hpx-transport/testing";
import type { FeedReply, SeenRequest } from "../contract/protocol.js";
import { answer } from "./replies.js";
import { waitFor } from "./wait.js";

interface Feed {
  readonly replies: FeedReply[];
  readonly requests: RecordedRequest[];
  /** The number of events of a flood that the connection has taken. */
  sent: number;
}

/** The scripted URLs by their id: answers their requests, and the questions of a contract about them. */
export class Feeds {
  readonly #feeds = new Map<string, Feed>();

  create(replies: readonly FeedReply[]): string {
    const id = String(this.#feeds.size + 1);
    this.#feeds.set(id, { replies: [...replies], requests: [], sent: 0 });
    return id;
  }

  requests(id: string): SeenRequest[] {
    return this.#feed(id).requests.map(({ method, url, headers, text, lastEventId, isClosed }) => ({
      method,
      url,
      headers,
      text,
      isClosed,
      ...(lastEventId !== undefined && { lastEventId }),
    }));
  }

  sent(id: string): number {
    return this.#feed(id).sent;
  }

  /** Resolves with true when the connection of the `n`-th request is closed within the time limit. */
  async gone(id: string, n: number): Promise<boolean> {
    return (await waitFor(() => this.#feed(id).requests[n - 1]?.isClosed || undefined)) ?? false;
  }

  async answer(id: string, exchange: Exchange): Promise<void> {
    const feed = this.#feed(id);
    feed.requests.push(exchange.request);
    // Every preflight is allowed. The contract checks whether a preflight came.
    if (exchange.request.method === "OPTIONS") return await exchange.play({ status: 204, headers: ALLOW_ALL });
    await answer(exchange, feed.replies.shift() ?? { status: 204 }, () => (feed.sent += 1));
  }

  #feed(id: string): Feed {
    const feed = this.#feeds.get(id);
    if (feed === undefined) throw new Error(`there is no feed ${id}`);
    return feed;
  }
}

const ALLOW_ALL = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "cache-control, last-event-id, x-api-key",
  "access-control-allow-methods": "GET, POST",
};
