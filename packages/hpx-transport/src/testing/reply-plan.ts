import { show } from "../checks/check.js";
import { TransportError } from "../error.js";

/** The replies that a test plans: some for a path, some for the next requests, one for all others. */
export class ReplyPlan<R> {
  readonly #queue: R[] = [];
  readonly #routes = new Map<string, R[]>();
  /** The reply to requests without another one. */
  otherwise: R;

  constructor(otherwise: R) {
    this.otherwise = otherwise;
  }

  add(replies: readonly R[]): void {
    this.#queue.push(...replies);
  }

  /** @throws {TransportError} `CONFIG` for a path that no request has */
  route(path: string, replies: readonly R[]): void {
    if (!/^\/[^?#]*$/.test(path)) {
      throw TransportError.config("path", show(path), "it takes a path, such as /stream, without a query");
    }
    this.#routes.set(path, [...replies]);
  }

  /** Takes the reply to a request with this path and query. The last one of a path stays. */
  next(url: string): R {
    const replies = this.#routes.get(url.replace(/\?.*$/s, ""));
    if (replies !== undefined && replies.length > 0) {
      return (replies.length > 1 ? replies.shift() : replies[0]) as R;
    }
    return this.#queue.shift() ?? this.otherwise;
  }
}
