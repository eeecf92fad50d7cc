import type { RecordedRequest } from "./recorded-request.js";

/** How many requests a message lists. */
const SHOWN = 20;

/** The newest requests, and how many came. */
export class RequestLog {
  readonly newest: RecordedRequest[] = [];
  readonly #limit: number;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many came, forgotten ones included. */
  get count(): number {
    return this.#count;
  }

  add(request: RecordedRequest): void {
    this.#count += 1;
    this.newest.push(request);
    if (this.newest.length > this.#limit) this.newest.shift();
  }

  /** The `n`-th of all that came; throws where it was forgotten. */
  at(n: number): RecordedRequest {
    const request = this.newest[n - 1 - this.#count + this.newest.length];
    if (request !== undefined) return request;
    throw new Error(`request ${n} was forgotten: the last ${this.#limit} are kept (recordedRequests)`);
  }

  /** What came, in words. */
  describe(): string {
    if (this.#count === 0) return "no request came";
    const shown = this.newest.slice(-SHOWN).map(({ method, url }) => `${method} ${url}`);
    return `${this.#count} came${this.#count > shown.length ? ", the last of them" : ""}: ${shown.join(", ")}`;
  }
}
