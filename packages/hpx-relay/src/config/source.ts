import { createHash } from "node:crypto";
import { TransportError } from "hpx-transport";
import { SseConfig, type SseHandlerName, sseHandlers } from "hpx-transport/sse";
import type { SourceSettings } from "../source/settings.js";
import { asObject, type Checked, duration, flag, kindOf, oneOf, readTable, type Spec, wrong } from "./checks.js";
import { type Environment, expand } from "./environment.js";
import type { Defaults } from "./defaults.js";
import { start, type Start } from "./start.js";

/** One source. Durations are milliseconds, or text with a unit such as `60s`. */
export interface SourceConfig {
  /** Where its events are: an `http:` or `https:` URL. */
  url: string | URL;
  /** Sent with each request; `$NAME` in a value is the variable of the environment. @defaultValue none */
  headers?: Readonly<Record<string, string>> | undefined;
  /** The rules of a service, by the name of a handler of `hpx-transport/sse`. @defaultValue `"generic"` */
  handler?: SseHandlerName | undefined;
  /** `"numeric"`: the ids are whole numbers, each one more than the one before, so a hole is a loss. @defaultValue none */
  continuity?: "numeric" | undefined;
  /** `"none"`: its events have no ids, and each break is a gap of unknown size. @defaultValue they have ids */
  ids?: "none" | undefined;
  /**
   * Two relays of the group hear the source, and the second one writes what the first one missed: for a source without ids that
   * sends the same bytes to everyone. It has twice the connections. Needs `ids: "none"` and a NATS log. @defaultValue `false`
   */
  pair?: boolean | undefined;
  /** Where to begin while the log has nothing of it: `"now"`, or `{ after: ID }`. @defaultValue that of `defaults` */
  start?: Start | undefined;
  /** The longest time without a byte, then it is connected anew; 0: no limit. @defaultValue that of `defaults` */
  idleTimeout?: number | string | undefined;
}

const TABLE = {
  url: source,
  headers,
  handler: oneOf(...(Object.keys(sseHandlers) as SseHandlerName[])),
  continuity: oneOf("numeric"),
  ids: oneOf("none"),
  pair: flag,
  start,
  idleTimeout: (field: string, value: unknown) => (value === undefined ? undefined : duration(0)(field, value)),
} satisfies Spec<SourceConfig>;

/** The names of a source: one word of a subject in NATS, a label in metrics. */
const NAME = /^[A-Za-z0-9_-]{1,100}$/;

/** @throws {TransportError} `CONFIG`, naming the source and the option */
export function readSource(name: string, value: unknown, defaults: Defaults, environment: Environment): SourceSettings {
  const field = `sources.${name}`;
  if (!NAME.test(name)) throw wrong(field, "the name", "it takes 1 to 100 letters, digits, - and _");
  const read = readTable(field, value, TABLE);
  const { url, handler = "generic", continuity, ids } = read;
  const headersSent = Object.fromEntries(
    Object.entries(read.headers).map(([key, text]) => [key, expand(`${field}.headers.${key}`, text, environment)]),
  );
  const idleTimeout = read.idleTimeout ?? defaults.idleTimeout;
  const begin = read.start ?? defaults.start;
  if (ids === "none" && continuity !== undefined) {
    throw wrong(`${field}.continuity`, JSON.stringify(continuity), 'it compares ids: leave it or ids: "none" out');
  }
  if (read.pair && ids === undefined) {
    throw wrong(`${field}.pair`, "true", 'a source with ids resumes by itself: leave it out, or set ids: "none"');
  }
  checkRequest(field, { url, headers: headersSent, idleTimeout, lastEventId: begin });
  return {
    name,
    url,
    headers: headersSent,
    handler,
    numeric: continuity === "numeric",
    ids: ids === undefined,
    pair: read.pair,
    start: begin,
    idleTimeout,
    connectsPerOrigin: defaults.connectsPerOrigin,
    fingerprint: fingerprintOf(read, begin),
  };
}

/** The transport knows best what it takes. */
function checkRequest(field: string, options: ConstructorParameters<typeof SseConfig>[1] & { url: URL }): void {
  try {
    SseConfig.from(options);
  } catch (error) {
    if (!TransportError.is(error, "CONFIG")) throw error;
    const name = `${field}.${error.details.field === "lastEventId" ? "start" : error.details.field}`;
    throw new TransportError("CONFIG", error.message.replace(error.details.field, name), { details: { field: name } });
  }
}

function source(field: string, value: unknown): URL {
  const expected = "it takes an http: or https: URL";
  if (value instanceof URL) return value;
  if (typeof value !== "string") throw wrong(field, kindOf(value), expected);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  // Its query may hold a secret.
  if (url === undefined) throw wrong(field, "the text", expected);
  return url;
}

function headers(field: string, value: unknown = {}): Readonly<Record<string, string>> {
  for (const [name, text] of Object.entries(asObject(field, value))) {
    if (typeof text !== "string") throw wrong(`${field}.${name}`, kindOf(text), "it takes text; put quotes around it");
  }
  return value as Record<string, string>;
}

/** Members of a group must agree on what a source is. Values of headers are secrets, and differ where tokens are renewed. */
function fingerprintOf(read: Checked<typeof TABLE>, begin: string): string {
  const { url, headers: sent, handler, continuity, ids, pair } = read;
  const facts = [url.href, Object.keys(sent).toSorted(), handler, continuity, ids, pair, begin];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
