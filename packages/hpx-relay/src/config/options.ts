import { isAbsolute, resolve } from "node:path";
import type { LogSettings } from "../log/open.js";
import type { SourceSettings } from "../source/settings.js";
import { asObject, duration, kindOf, readTable, show, type Spec, text, wrong } from "./checks.js";
import { type DefaultsConfig, readDefaults } from "./defaults.js";
import { type Environment, expand } from "./environment.js";
import { readSource, type SourceConfig } from "./source.js";

/** What a relay does, as a file or an object. Durations are milliseconds, or text with a unit such as `60s`. */
export interface RelayConfig {
  /** The process's name in logs, metrics and tags: letters, digits, `-` and `_`. @defaultValue host and process id */
  id?: string | undefined;
  /** The log: `sqlite:PATH`, relative to `folder`. `$NAME` is a variable of the environment. @defaultValue `"sqlite:./relay.db"` */
  log?: string | undefined;
  /** What the log keeps. */
  stream?: StreamConfig | undefined;
  /** `HOST:PORT` of the status server; port 0 takes a free one. @defaultValue none */
  status?: string | undefined;
  /** For sources that do not say otherwise. */
  defaults?: DefaultsConfig | undefined;
  /** The sources by their names. */
  sources: Readonly<Record<string, SourceConfig>>;
}

/** What the log keeps. */
export interface StreamConfig {
  /** Older messages are deleted, but never the last one of a source; 0: they are kept. @defaultValue `"7d"` */
  maxAge?: number | string | undefined;
}

/** {@link RelayConfig}, checked. */
export interface RelaySettings {
  readonly id: string | undefined;
  readonly log: LogSettings;
  readonly status: { readonly host: string; readonly port: number } | undefined;
  readonly sources: ReadonlyMap<string, SourceSettings>;
}

const STREAM = { maxAge: duration(7 * 86_400_000) } satisfies Spec<StreamConfig>;

const TABLE = {
  id: text("it takes 1 to 60 letters, digits, - and _", /^[A-Za-z0-9_-]{1,60}$/),
  log: text("it takes sqlite:PATH"),
  stream: (field: string, value: unknown = {}) => readTable(field, value, STREAM),
  status: address,
  defaults: readDefaults,
  sources: asObject,
} satisfies Spec<RelayConfig>;

/** Where relative paths begin, and the variables for `$NAME`. */
export interface ConfigContext {
  /** @defaultValue the current folder */
  readonly folder?: string | undefined;
  /** @defaultValue those of the process */
  readonly environment?: Environment | undefined;
}

/** @throws {TransportError} `CONFIG`, naming the option, its value (unless it may be a secret) and what it takes */
export function readRelayConfig(config: unknown, context: ConfigContext = {}): RelaySettings {
  const { folder = process.cwd(), environment = process.env } = context;
  const read = readTable("", config, TABLE);
  const sources = new Map<string, SourceSettings>();
  for (const [name, value] of Object.entries(read.sources)) {
    sources.set(name, readSource(name, value, read.defaults, environment));
  }
  if (sources.size === 0) throw wrong("sources", "an empty list", "it takes at least one source");
  const log = logOf(expand("log", read.log ?? "sqlite:./relay.db", environment), folder);
  return { id: read.id, log: { ...log, maxAge: read.stream.maxAge }, status: read.status, sources };
}

function logOf(url: string, folder: string): { readonly path: string } {
  const [, scheme = "", path = ""] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme !== "sqlite") {
    // The rest of a URL may hold a password.
    throw wrong("log", scheme === "" ? "the text" : `${scheme}:`, "it takes sqlite:PATH, such as sqlite:./relay.db");
  }
  if (path === "" || path === ":memory:") throw wrong("log", show(url), "it takes the path of a file after sqlite:");
  return { path: isAbsolute(path) ? path : resolve(folder, path) };
}

function address(field: string, value: unknown): RelaySettings["status"] {
  if (value === undefined) return undefined;
  const expected = "it takes HOST:PORT, such as 127.0.0.1:9100; [::1]:9100 for IPv6";
  if (typeof value !== "string") throw wrong(field, kindOf(value), expected);
  const [, bracketed, plain, port = ""] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(value) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw wrong(field, show(value), expected);
  return { host, port: Number(port) };
}
