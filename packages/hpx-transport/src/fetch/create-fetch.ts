import { readCall } from "./call.js";
import { FetchExchange } from "./exchange.js";
import { type FetchOptions, readFetchOptions } from "./options.js";

/**
 * Returns a `fetch` whose event streams are connections. It takes what `fetch` takes, and resolves at the head of the first
 * response.
 *
 * **An event stream** (200 with `text/event-stream`, any 2xx for a method other than GET and HEAD, or what the handler
 * accepts) has a body that goes on over reconnects. It has the events with their ids, types, `retry` and data, and comments
 * (up to 4 KiB between two events); the consumer's own parser reads them. Where the connection breaks:
 * - a GET is sent again with `Last-Event-ID` if the server sent ids, or if no event came yet; so no event comes twice
 * - with a `handler`, the answer is taken up in the way of its service, such as by GET after a POST
 * - after 10 reconnects in a row that failed, the body errors; `reconnect` changes that
 * - anything else errors the body. A POST is never sent twice, unless `resend` says that this is harmless
 *
 * A complete body is the end, unless the handler says otherwise. Reading holds the server back; `cancel()` and an abort close
 * the connection at once. An error is the `TransportError` that ended the connection.
 *
 * **Any other response** is handed over as it came: status, headers, streaming body. It is not retried, whatever its status,
 * so the retries of the library above stay in charge. The same goes for a request that gets no response: it rejects with a
 * `TypeError` (`"fetch failed"`) whose cause is the `TransportError`. An abort rejects with the signal's reason; an error in
 * the options, the authentication or the handler rejects as it is.
 *
 * It differs from the platform's `fetch`:
 * - on Node each request has a connection of its own, as with `NodeClient`
 * - of an event stream, a block without data is not passed on, though its id and its `retry` are kept by the connection
 * - redirects are followed by the rules of the transport: 5 at most, and another origin gets no header of yours
 * - of `init` it uses `method`, `headers`, `body`, `signal`, `redirect`, and `credentials: "include"`
 * - a body that is a stream, a file or a form is read first. Over 16 MiB it is sent by the platform's `fetch`, without
 *   anything of this page; with the options `auth` or `client` that is `CONFIG`
 * - URLs that are not http or https go to the platform's `fetch`
 *
 * @throws {TransportError} `CONFIG` for an option that cannot be used
 *
 * @example
 * const client = new OpenAI({ fetch: createFetch({ handler: "openai" }) });
 */
export function createFetch(options: FetchOptions = {}): typeof fetch {
  const settings = readFetchOptions(options);
  return async (input, init) => {
    const call = await readCall(input, init, settings);
    return call instanceof Response ? call : new FetchExchange(settings, call).response;
  };
}
