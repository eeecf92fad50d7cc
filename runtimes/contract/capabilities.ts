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
  /** A byte order mark at the start of a text message is kept. */
  readonly keepsBom: boolean;
  /** A WebSocket that is closed before it is open is gone at once, also in the middle of a TLS handshake. */
  readonly dropsUnopened: boolean;
  /** Broken rules of RFC 6455 that the runtime reads as if they were none. */
  readonly readsGarbled: readonly string[];
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
  keepsBom: true,
  dropsUnopened: true,
  readsGarbled: [],
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
  keepsBom: true,
  dropsUnopened: true,
  readsGarbled: [],
};
// The bundle of a browser on Node: the class is Node's own.
const NODE_CLASS: Capabilities = { ...SERVER, socketHeaders: false, keepsBom: false, dropsUnopened: false };

export const CAPABILITIES: Readonly<Record<string, Capabilities>> = {
  "node-20": NODE,
  "node-22": NODE,
  "node-24": NODE,
  deno: { ...SERVER, ownHeaders: ["Host"] },
  bun: SERVER,
  workerd: {
    ...SERVER,
    ownHeaders: ["Host", "Connection", "TE"],
    socketRefusals: true,
    readsGarbled: ["masked", "invalid-utf8"],
  },
  chromium: BROWSER,
  "browser bundle on node-22": NODE_CLASS,
  "browser bundle on node-24": NODE_CLASS,
};
