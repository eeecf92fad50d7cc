/** What a runtime can do beyond what all of them can. The table in docs/guides/runtimes.md says the same to users. */
export interface Capabilities {
  /** `UndiciClient`: TLS options, proxies, HTTP/2. */
  readonly undici: boolean;
  /** Redirects can be seen, so each hop is signed anew and none takes a header elsewhere. */
  readonly seesRedirects: boolean;
  /** Any header can be set, `Cookie` for one. */
  readonly anyHeader: boolean;
  /** A request is sent as often as we say: a browser repeats one by itself when a kept connection breaks under it. */
  readonly sendsOnce: boolean;
  /** There is a location that relative URLs are resolved against. */
  readonly location: boolean;
}

const NODE: Capabilities = { undici: true, seesRedirects: true, anyHeader: true, sendsOnce: true, location: false };
const SERVER: Capabilities = { ...NODE, undici: false };
const BROWSER: Capabilities = {
  undici: false,
  seesRedirects: false,
  anyHeader: false,
  sendsOnce: false,
  location: true,
};

export const CAPABILITIES: Readonly<Record<string, Capabilities>> = {
  "node-20": NODE,
  "node-22": NODE,
  "node-24": NODE,
  deno: SERVER,
  bun: SERVER,
  workerd: SERVER,
  chromium: BROWSER,
};
