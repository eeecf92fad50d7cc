/** The abilities that only some runtimes have. The table in docs/guides/runtimes.md is the same for users. */
export interface Capabilities {
  /** `NodeClient`: TLS options, proxies, HTTP/2. */
  readonly nodeClient: boolean;
  /** The client sees redirects, so it signs each hop again and sends no header to another origin. */
  readonly seesRedirects: boolean;
  /** The headers of the contract that the runtime does not let a program set. */
  readonly ownHeaders: readonly string[];
  /** The runtime sends a request only once. A browser repeats a request when a reused connection breaks. */
  readonly sendsOnce: boolean;
  /** The most bytes that buffers of the system and the runtime hold for a consumer that has stopped reading. */
  readonly readsAhead: number;
  /** The runtime has a location to resolve relative URLs. */
  readonly location: boolean;
  /** WebSockets are those of the package `ws`: ping frames, pauses, compression, limits while a message is read. */
  readonly ws: boolean;
  /** The handshake of a WebSocket takes headers. */
  readonly socketHeaders: boolean;
  /** A refused handshake shows its status, its headers and its body, and a redirect is followed. */
  readonly socketRefusals: boolean;
}

const NODE: Capabilities = {
  nodeClient: true,
  seesRedirects: true,
  ownHeaders: [],
  sendsOnce: true,
  readsAhead: 20e6,
  location: false,
  ws: true,
  socketHeaders: true,
  socketRefusals: true,
};
const SERVER: Capabilities = { ...NODE, nodeClient: false, ws: false, socketRefusals: false };
// Chromium reads about 64 MiB ahead of the page.
const BROWSER: Capabilities = {
  nodeClient: false,
  seesRedirects: false,
  ownHeaders: ["Cookie", "Host", "Connection", "TE", "Accept-Encoding", "User-Agent", "Origin", "Referer", "Via"],
  sendsOnce: false,
  readsAhead: 80e6,
  location: true,
  ws: false,
  socketHeaders: false,
  socketRefusals: false,
};

export const CAPABILITIES: Readonly<Record<string, Capabilities>> = {
  "node-20": NODE,
  "node-22": NODE,
  "node-24": NODE,
  deno: { ...SERVER, ownHeaders: ["Host"] },
  bun: SERVER,
  workerd: { ...SERVER, ownHeaders: ["Host", "Connection", "TE"], socketRefusals: true },
  chromium: BROWSER,
  // The bundle of a browser: fetch and WebSocket are Node's own.
  "browser bundle on node-22": { ...SERVER, socketHeaders: false },
  "browser bundle on node-24": { ...SERVER, socketHeaders: false },
};
