import { show } from "../checks/check.js";
import { TransportError } from "../error.js";
import type { Reply } from "./options.js";

/** The replies that a test plans: some for a path, some for the next requests, one for all others. */
export class ReplyPlan {
  readonly #queue: Reply[] = [];
  readonly #routes = new Map<string, Reply[]>();
  /** The reply to requests without another one. */
  otherwise: Reply = async (exchange) => await exchange.follow();

  add(replies: readonly Reply[]): void {
    this.#queue.push(...replies);
  }

  /** @throws {TransportError} `CONFIG` for a path that no request has */
  route(path: string, replies: readonly Reply[]): void {
    if (!/^\/[^?#]*$/.test(path)) {
      throw TransportError.config("path", show(path), "it takes a path, such as /stream, without a query");
    }
    this.#routes.set(path, [...replies]);
  }

  /** Takes the reply to a request with this path and query. The last one of a path stays. */
  next(url: string): Reply {
    const replies = this.#routes.get(url.replace(/\?.*$/s, ""));
    if (replies !== undefined && replies.length > 0) {
      return (replies.length > 1 ? replies.shift() : replies[0]) as Reply;
    }
    return this.#queue.shift() ?? this.otherwise;
  }
}
