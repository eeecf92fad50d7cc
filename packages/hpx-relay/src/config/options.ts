import type { LogSettings } from "../log/open.js";
import type { SourceSettings } from "../source/settings.js";
import { asObject, kindOf, readTable, show, type Spec, text, wrong } from "./checks.js";
import { type DefaultsConfig, readDefaults } from "./defaults.js";
import { type GroupConfig, readGroup, withGroup } from "./group.js";
import { type Environment, expand } from "./environment.js";
import { readLog, readStream, type StreamConfig } from "./log.js";
import { readSource, type SourceConfig } from "./source.js";

/** What a relay does: the file of `hpx relay`, in YAML or JSON, or an object. Durations are milliseconds, or text with a unit such as `60s`. */
export interface RelayConfig {
  /** The process's name in logs, metrics and tags: letters, digits, `-` and `_`. @defaultValue host and process id */
  id?: string | undefined;
  /**
   * The log: `sqlite:PATH`, relative to `folder`, or `nats://HOST:PORT` (several with commas between them, `tls:` for TLS, user
   * and password or a token before an `@`). `$NAME` is a variable of the environment.
   *
   * @defaultValue `"sqlite:./relay.db"`
   */
  log?: string | undefined;
  /** What the log keeps, and the stream of a NATS log: the keys of `StreamConfig`. @defaultValue none: each key has its own */
  stream?: StreamConfig | undefined;
  /**
   * The relays that share the sources, each with the same configuration; a NATS log only, where they form a group anyway: the
   * keys of `GroupConfig`.
   *
   * @defaultValue none: each key has its own
   */
  group?: GroupConfig | undefined;
  /** `HOST:PORT` of the status server; port 0 takes a free one. @defaultValue none */
  status?: string | undefined;
  /** For sources that do not say otherwise: the keys of `DefaultsConfig`. @defaultValue none: each key has its own */
  defaults?: DefaultsConfig | undefined;
  /** The sources by their names (1 to 100 letters, digits, `-` and `_`), at least one: the keys of `SourceConfig`. */
  sources: Readonly<Record<string, SourceConfig>>;
}

/** Where a server listens. */
export interface StatusAddress {
  /** A name or an address. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** {@link RelayConfig}, checked. */
export interface RelaySettings {
  /** The process's name; `undefined`: made of host and process id. */
  readonly id: string | undefined;
  /** Which log to open. */
  readonly log: LogSettings;
  /** What this process takes of the sources of a group. */
  readonly member: {
    /** Its share beside those of the others. */
    readonly weight: number;
    /** The most sources that it runs. */
    readonly maxSources: number;
  };
  /** Where the status server listens. */
  readonly status: StatusAddress | undefined;
  /** The sources by their names, in the order of the configuration. */
  readonly sources: ReadonlyMap<string, SourceSettings>;
}

const TABLE = {
  id: text("it takes 1 to 60 letters, digits, - and _", /^[A-Za-z0-9_-]{1,60}$/),
  log: text("it takes sqlite:PATH or nats://HOST:PORT"),
  stream: readStream,
  group: readGroup,
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
  const stored = readLog(expand("log", read.log ?? "sqlite:./relay.db", environment), read.stream, folder);
  const log = withGroup(stored, read.group);
  const pair = [...sources.values()].find((each) => each.pair);
  if (pair !== undefined && log.kind !== "nats") {
    throw wrong(
      `sources.${pair.name}.pair`,
      "true",
      "the second relay of a pair needs a NATS log: set log to nats://HOST:PORT, or leave it out",
    );
  }
  const { weight, maxSources } = read.group;
  return { id: read.id, log, member: { weight, maxSources }, status: read.status, sources };
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
