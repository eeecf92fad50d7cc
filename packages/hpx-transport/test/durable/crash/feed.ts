import type { MockSseServer } from "hpx-transport/testing";
import { startServer } from "../../sse/support.js";

/** A feed of numbered events which resumes after the Last-Event-ID of a request, and answers 204 when there is nothing more. */
export class Feed {
  readonly #server: MockSseServer;
  #total = Number.MAX_SAFE_INTEGER;
  #newest = 0;

  private constructor(server: MockSseServer) {
    this.#server = server;
    server.otherwise(async (exchange) => {
      const after = Number(exchange.request.lastEventId ?? 0);
      if (after >= this.#total) return exchange.play({ status: 204 });
      for (let id = after + 1; id <= this.#total; id += 1) {
        this.#newest = Math.max(this.#newest, id);
        await exchange.send({ id: String(id), data: `e${id}` });
        if (id % 10 === 0) await exchange.delay(2);
      }
    });
  }

  /** It has events until `stop`. */
  static async start(): Promise<Feed> {
    return new Feed(await startServer({ recordedRequests: 1 }));
  }

  get url(): string {
    return this.#server.url;
  }

  /** How many events were sent. */
  get total(): number {
    return this.#newest;
  }

  /** No event after those that were sent. */
  stop(): void {
    this.#total = this.#newest;
  }
}
