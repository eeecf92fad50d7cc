/**
 * A `fetch` whose event streams are connections: for the `fetch` option of the MCP SDK, openai, the Anthropic SDK, the AI SDK,
 * graphql-sse, and of any other library.
 *
 * ```text
 *   fetch(url, init) ──> SseConnection ──first response──┬─ an event stream ──> its events as bytes, over all reconnects
 *                                                        └─ anything else ────> the response as it came
 * ```
 *
 * @example
 * import { createFetch } from "hpx-transport/fetch";
 *
 * const fetch = createFetch({ handler: "mcp" }); // or new StreamableHTTPClientTransport(url, { fetch })
 * const response = await fetch("https://example.com/mcp", { method: "POST", body: "{}" });
 * console.log(response.status, await response.text());
 *
 * @remarks
 * - {@link createFetch}: makes it; {@link FetchOptions}: the options of its connections
 * - {@link FetchHandler}, {@link FetchHandlerChoice}: the handler that knows how an answer is taken up again
 *
 * @module hpx-transport/fetch
 */
export { createFetch } from "./create-fetch.js";
export type { FetchHandler, FetchHandlerChoice, FetchOptions } from "./options.js";
