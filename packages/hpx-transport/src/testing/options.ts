import { LONGEST_TIMER, show, showKind } from "../checks/check.js";
import { isBytes } from "../checks/bytes.js";
import { type Check, check, count, objectWith } from "../checks/checkers.js";
import { type PlainOptions, readOptions, type Spec } from "../checks/options.js";
import { TransportError } from "../error.js";
import type { Exchange } from "./exchange.js";
import type { ResponseHead, Script } from "./script.js";

/** The answer to a request: data, or a function that inspects the request and answers step by step. */
export type Reply = Script | ((exchange: Exchange) => void | Promise<void>);

/** A certificate and its key, as PEM. */
export interface MockTlsOptions {
  /** The private key. */
  readonly key: string | Uint8Array;
  /** The certificate, or its chain. */
  readonly cert: string | Uint8Array;
}

/** Options of `MockSseServer.start`. */
export interface MockSseServerOptions {
  /** The port of 127.0.0.1 to listen on. @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** Serves HTTPS with this certificate, which must name 127.0.0.1. @defaultValue none: plain HTTP */
  readonly tls?: MockTlsOptions | undefined;
  /** Sent with every response; a reply's own headers win. @defaultValue none */
  readonly headers?: ResponseHead["headers"];
  /** How many published events are kept for clients that resume. @defaultValue 10_000 */
  readonly retention?: number | undefined;
  /** How many requests are kept, with their bodies; the oldest are forgotten. @defaultValue 10_000 */
  readonly recordedRequests?: number | undefined;
  /** How long a wait may take, in milliseconds. @defaultValue 5_000 */
  readonly deadline?: number | undefined;
}

/** Checks of what the mock servers share. */
export const LISTENING: {
  readonly port: Check<number>;
  readonly tls: Check<TlsSettings | undefined>;
  readonly headers: Check<ResponseHead["headers"]>;
  readonly deadline: Check<number>;
} = {
  port: port(0),
  tls: tlsOptions,
  headers: objectWith<NonNullable<ResponseHead["headers"]>>(),
  deadline: deadline(5000),
};

const SERVER = {
  ...LISTENING,
  retention: count(10_000, "events", 0),
  recordedRequests: count(10_000, "requests", 0),
} satisfies Spec<MockSseServerOptions>;

/** A certificate and its key, as node:tls takes them. */
export interface TlsSettings {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

/** The options of a mock server after their checks. */
export type ServerSettings = PlainOptions<MockSseServerOptions> & {
  readonly headers: MockSseServerOptions["headers"];
  readonly tls: TlsSettings | undefined;
};

/** @throws {TransportError} `CONFIG`, naming the option */
export function readServerOptions(options: MockSseServerOptions): ServerSettings {
  return readOptions(undefined, options, SERVER);
}

/** Options of `FaultProxy.start`. */
export interface FaultProxyOptions {
  /** The server to forward to: a URL with a host and port, or a port on 127.0.0.1. */
  readonly target: string | URL | number;
  /** The port of 127.0.0.1 to listen on. @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** How long a wait may take, in milliseconds. @defaultValue 5_000 */
  readonly deadline?: number | undefined;
}

const PROXY = {
  target: targetUrl,
  port: port(0),
  deadline: deadline(5000),
} satisfies Spec<FaultProxyOptions>;

/** The options of a fault proxy after their checks. */
export interface ProxySettings extends PlainOptions<FaultProxyOptions> {
  readonly target: URL;
}

/** @throws {TransportError} `CONFIG`, naming the option */
export function readProxyOptions(options: FaultProxyOptions): ProxySettings {
  return readOptions(undefined, options, PROXY);
}

/** Options of a single wait. */
export interface WaitOptions {
  /** How long it may take, in milliseconds. @defaultValue the `deadline` of the server or proxy */
  readonly deadline?: number | undefined;
}

/** @throws {TransportError} `CONFIG`, naming the option */
export function readWaitOptions(options: WaitOptions, fallback: number): PlainOptions<WaitOptions> {
  return readOptions(undefined, options, { deadline: deadline(fallback) } satisfies Spec<WaitOptions>);
}

function tlsOptions(field: string, value: unknown): TlsSettings | undefined {
  if (value === undefined) return undefined;
  const { key, cert } = readOptions(field, value, { key: pem, cert: pem } satisfies Spec<MockTlsOptions>);
  return { key, cert };
}

function pem(field: string, value: unknown): string | Buffer {
  if (typeof value === "string") return value;
  if (isBytes(value)) return Buffer.from(value);
  throw TransportError.config(field, showKind(value), "it takes PEM text or bytes");
}

function port(fallback: number): Check<number> {
  return check("it takes a port number, or 0 for any free port", isPort, fallback, show);
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535;
}

/** 0 is no time at all here: a wait without an end would hang a test. */
function deadline(fallback: number): Check<number> {
  return count(fallback, "milliseconds", 0, LONGEST_TIMER);
}

function targetUrl(field: string, value: unknown): URL {
  const url = typeof value === "number" ? `http://127.0.0.1:${value}/` : value;
  if ((typeof url === "string" || url instanceof URL) && URL.canParse(url)) return new URL(url);
  throw TransportError.config(
    field,
    showKind(value),
    "it takes a URL with a host and port, or a port number on 127.0.0.1",
  );
}
