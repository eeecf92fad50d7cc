import type { Logger } from "hpx-transport/sse";
import {
  type Check,
  duration,
  kindOf,
  oneOf,
  readTable,
  show,
  type Spec,
  text,
  whole,
  wrong,
} from "../config/checks.js";
import type { RelayLog } from "../log/log.js";

/** In milliseconds. */
const LONGEST_TIMER = 2_147_483_647;

/** Serves a log. Durations are milliseconds, or text with a unit such as `30s`. */
export interface LogServerOptions {
  /** The log. It is only read, and `close()` leaves it open. */
  log: RelayLog;
  /** The names of the sources to serve, each at `/NAME`. */
  sources: readonly string[];
  /** The address to listen on. @defaultValue `"127.0.0.1"` */
  host?: string | undefined;
  /** The port; 0 takes a free one. @defaultValue 8080 */
  port?: number | undefined;
  /**
   * Where a client without an id begins: `"now"` with what comes, `"earliest"` with the first message that the log has. A client
   * chooses by itself with the id `earliest`.
   *
   * @defaultValue `"now"`
   */
  start?: "now" | "earliest" | undefined;
  /** Clients at one time, over all sources; more are answered with 503. @defaultValue 1000 */
  maxClients?: number | undefined;
  /** What a client has not taken, in bytes, before it gets no more. One event may overshoot. @defaultValue `256 * 1024` */
  bufferSize?: number | undefined;
  /** A client that needs longer to take a full buffer is cut; it may come back and goes on. @defaultValue `"30s"` */
  slowTimeout?: number | string | undefined;
  /** A client hears a comment when it heard nothing for so long, twice that at most. @defaultValue `"15s"` */
  heartbeat?: number | string | undefined;
  /** After how long a client that was cut comes back; at `close()` up to five times as long. @defaultValue `"1s"` */
  retry?: number | string | undefined;
  /** How often the end of the log is read while it brings nothing new. @defaultValue `"50ms"` */
  pollInterval?: number | string | undefined;
  /** Origins whose web pages may read the streams (CORS), such as `https://example.com`; `*`: all of them. @defaultValue none */
  allowOrigins?: readonly string[] | undefined;
  /** Gets a line where the log is away, a client is cut, and a client gets a gap event. @defaultValue none */
  logger?: Logger | undefined;
}

/** {@link LogServerOptions}, checked. */
export interface LogServerSettings {
  readonly log: RelayLog;
  readonly sources: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly start: "now" | "earliest";
  readonly maxClients: number;
  readonly bufferSize: number;
  readonly slowTimeout: number;
  readonly heartbeat: number;
  readonly retry: number;
  readonly pollInterval: number;
  readonly allowOrigins: readonly string[];
  readonly logger: Logger | undefined;
}

/** Paths of the server itself. */
export const OWN_PATHS: readonly string[] = ["metrics", "livez", "readyz"];

const TABLE = {
  log,
  sources,
  host,
  port: whole(8080, 0, 65_535),
  start,
  maxClients: whole(1000, 1, 1_000_000),
  bufferSize: whole(256 * 1024, 1024, 1024 * 1024 * 1024),
  slowTimeout: timer(30_000),
  heartbeat: timer(15_000),
  retry: duration(1000),
  pollInterval: timer(50),
  allowOrigins,
  logger,
} satisfies Spec<LogServerOptions>;

/** @throws {TransportError} `CONFIG`, naming the option */
export function readLogServerOptions(options: unknown): LogServerSettings {
  return readTable("", options, TABLE);
}

/** A duration that a timer can have: a longer one would fire at once. */
function timer(fallback: number): Check<number> {
  const read = duration(fallback, 1);
  return (field, value) => {
    const milliseconds = read(field, value);
    if (milliseconds <= LONGEST_TIMER) return milliseconds;
    throw wrong(field, show(value), "it takes 24 days at most");
  };
}

function log(field: string, value: unknown): RelayLog {
  const found = objectWith(field, value, ["read", "tails"]);
  if (found !== undefined) return found as RelayLog;
  throw wrong(field, "nothing", "it takes a log, such as one of openLog()");
}

function logger(field: string, value: unknown): Logger | undefined {
  return objectWith(field, value, ["debug", "info", "warn", "error"]) as Logger | undefined;
}

function host(field: string, value: unknown): string {
  return text("it takes a name or an address to listen on")(field, value) ?? "127.0.0.1";
}

function start(field: string, value: unknown): "now" | "earliest" {
  return oneOf("now", "earliest")(field, value) ?? "now";
}

function sources(field: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw wrong(field, kindOf(value), "it takes a list of names");
  for (const name of value as readonly unknown[]) {
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,100}$/.test(name)) {
      throw wrong(field, show(name), "a name has 1 to 100 letters, digits, - and _");
    }
    if (OWN_PATHS.includes(name)) {
      throw wrong(field, show(name), `/${name} is a path of the server itself: leave it out, and serve the others`);
    }
  }
  return [...new Set(value as string[])];
}

function allowOrigins(field: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const expected = "it takes a list of origins, such as https://example.com, or * for all of them";
  if (!Array.isArray(value)) throw wrong(field, show(value), expected);
  for (const origin of value as readonly unknown[]) {
    if (typeof origin !== "string" || !isOrigin(origin)) throw wrong(field, show(origin), expected);
  }
  return value as string[];
}

function isOrigin(value: string): boolean {
  return value === "*" || value === "null" || (URL.canParse(value) && new URL(value).origin === value);
}

function objectWith(field: string, value: unknown, methods: readonly string[]): object | undefined {
  if (value === undefined) return undefined;
  const isOne = typeof value === "object" && value !== null;
  if (isOne && methods.every((name) => typeof Reflect.get(value, name) === "function")) return value;
  throw wrong(field, kindOf(value), `it takes an object with ${methods.map((name) => `${name}()`).join(", ")}`);
}
