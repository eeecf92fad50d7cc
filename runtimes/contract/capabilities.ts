/** What a runtime can do beyond what all of them can. The table in docs/guides/runtimes.md says the same to users. */
export interface Capabilities {
  /** `NodeClient`: TLS options, proxies, HTTP/2. */
  readonly nodeClient: boolean;
  /** Redirects can be seen, so each hop is signed anew and none takes a header elsewhere. */
  readonly seesRedirects: boolean;
  /** Headers that nobody can set, of those that the contract tries. */
  readonly ownHeaders: readonly string[];
  /** A request is sent as often as we say: a browser repeats one by itself when a kept connection breaks under it. */
  readonly sendsOnce: boolean;
  /** How much may be under way to a consumer that stands still, in bytes: buffers of the system, and of the runtime. */
  readonly readsAhead: number;
  /** There is a location that relative URLs are resolved against. */
  readonly location: boolean;
}

const NODE: Capabilities = {
  nodeClient: true,
  seesRedirects: true,
  ownHeaders: [],
  sendsOnce: true,
  readsAhead: 20e6,
  location: false,
};
const SERVER: Capabilities = { ...NODE, nodeClient: false };
// Chromium reads some 64 MiB ahead of the page.
const BROWSER: Capabilities = {
  nodeClient: false,
  seesRedirects: false,
  ownHeaders: ["Cookie", "Host", "Connection", "TE", "Accept-Encoding", "User-Agent", "Origin", "Referer", "Via"],
  sendsOnce: false,
  readsAhead: 80e6,
  location: true,
};

export const CAPABILITIES: Readonly<Record<string, Capabilities>> = {
  "node-20": NODE,
  "node-22": NODE,
  "node-24": NODE,
  deno: { ...SERVER, ownHeaders: ["Host"] },
  bun: SERVER,
  workerd: { ...SERVER, ownHeaders: ["Host", "Connection", "TE"] },
  chromium: BROWSER,
};
