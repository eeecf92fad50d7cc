/**
 * The HTTP clients behind the transports. A client sends one request and hands over the response as it arrives; it follows
 * no redirect and retries nothing.
 *
 * ```text
 *   HttpRequest ──> HttpClient.send() ──> HttpResponse { status, headers, body }
 *                                           body.consume({ onChunk, onEnd, onError }), pause, resume, abort
 * ```
 *
 * @example
 * import { NodeClient } from "hpx-transport/http";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const client = new NodeClient({ proxy: "http://127.0.0.1:3128", http2: true });
 * for await (const { data } of SseConnection.open({ url: "https://example.com/stream", client })) console.log(data);
 * await client.close();
 *
 * @remarks
 * - {@link NodeClient}: on Node, and the default there: TLS, proxies, HTTP/2, Unix sockets; {@link NodeClientOptions}
 * - {@link DispatcherClient}: on Node, over a dispatcher of the undici package, 7 or 8. In another runtime the
 *   constructors of both throw `CONFIG`
 * - {@link FetchClient}: everywhere, and the default elsewhere; {@link FetchClientOptions}
 * - {@link sendFollowingRedirects}: follows redirects by the transport's own rules, and calls `onHop` for each
 * - {@link bytesAsText}, {@link textAsBytes}: the UTF-8 text of a header's value, and back
 * - {@link HttpClient}, {@link HttpRequest}, {@link HttpResponse}, {@link HttpBody}, {@link BodyConsumer}: what a client is,
 *   for one of your own
 *
 * @module hpx-transport/http
 */
export * from "./shared.js";
export { NodeClient } from "../node/client.js";
export { DispatcherClient } from "../node/dispatcher-client.js";
