import { fn, oneOf } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../client.js";
import { assertSendable } from "../failure.js";
import { FetchExchange } from "./exchange.js";

/** Options of `FetchClient`. */
export interface FetchClientOptions {
  /**
   * The function that sends.
   *
   * @defaultValue the runtime's `fetch`, looked up at each request
   */
  readonly fetch?: typeof fetch | undefined;
  /**
   * Whether a browser sends its cookies along: to every origin (`"include"`), to the page's own, or to none. Other
   * runtimes keep no cookies.
   *
   * @defaultValue `"same-origin"`, as fetch has it
   */
  readonly credentials?: "omit" | "same-origin" | "include" | undefined;
}

/** The name and check of every option. */
const TABLE = {
  fetch: fn<FetchClientOptions["fetch"]>(undefined),
  credentials: oneOf(["omit", "same-origin", "include"]),
} satisfies Spec<FetchClientOptions>;

/**
 * The client for every runtime with `fetch`: browsers, Deno, Bun, edge workers.
 *
 * What fetch does not show, this client cannot do as well as the one for Node:
 * - the deadlines for connecting and for the response are one, of their sum; when either is 0 there is none;
 * - where a redirect is hidden (browsers), the request's `hiddenRedirect` decides;
 * - whether a request that failed was sent is mostly unknown, and then taken for yes;
 * - a header that the runtime keeps to itself (`Cookie` in a browser, `Host` in all but Node and Bun) is `CONFIG`;
 * - a browser repeats a request by itself, a POST too, when a connection that it had kept breaks before the answer;
 * - Deno would do so as well, so there a body goes as a stream, without its length in HTTP/1.1;
 * - limits and connections of the runtime's own stay in force: Node's `fetch` ends a body after 300 s of silence.
 */
export class FetchClient implements HttpClient {
  readonly #options: FetchClientOptions;
  readonly #open = new Set<FetchExchange>();
  #closed = false;

  /**
   * Connects nowhere. A request that the runtime cannot send fails when it is sent.
   *
   * @throws {TransportError} `CONFIG` for an option that cannot be used
   */
  constructor(options: FetchClientOptions = {}) {
    this.#options = readOptions(undefined, options, TABLE);
  }

  /** As {@link HttpClient.send}. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    assertSendable(request, this.#closed);
    const exchange = new FetchExchange(request, this.#options, () => this.#open.delete(exchange));
    this.#open.add(exchange);
    return exchange.run();
  }

  /** As {@link HttpClient.close}. */
  close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#open) exchange.close();
    return Promise.resolve();
  }
}
