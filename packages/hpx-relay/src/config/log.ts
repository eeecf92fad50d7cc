import { isAbsolute, resolve } from "node:path";
import type { LogSettings } from "../log/open.js";
import { type Check, type Checked, duration, readTable, show, type Spec, text, whole, wrong } from "./checks.js";

/** What the log keeps, and the stream of a NATS log. */
export interface StreamConfig {
  /** Older messages are deleted; in SQLite never the last one of a source. 0: they are kept. @defaultValue `"7d"` */
  maxAge?: number | string | undefined;
  /** NATS: the name of the stream. It is made where there is none. @defaultValue `"RELAY"` */
  name?: string | undefined;
  /** NATS: the subject of a source, with `{source}` as one word of it. @defaultValue `"feed.{source}"` */
  subject?: string | undefined;
  /** NATS: copies of the stream. @defaultValue 3 where several servers are named, otherwise 1 */
  replicas?: number | undefined;
}

const SUBJECT = /^(?:[A-Za-z0-9_-]+\.)*\{source\}(?:\.[A-Za-z0-9_-]+)*$/;

type Table = {
  readonly maxAge: Check<number>;
  readonly name: Check<string | undefined>;
  readonly subject: Check<string | undefined>;
  readonly replicas: Check<number | undefined>;
};

const TABLE: Table & Spec<StreamConfig> = {
  maxAge: duration(7 * 86_400_000),
  name: text("it takes 1 to 60 letters, digits, - and _", /^[A-Za-z0-9_-]{1,60}$/),
  subject: text("it takes words with dots between them, one of which is {source}", SUBJECT),
  replicas: (field: string, value: unknown) => (value === undefined ? undefined : whole(1, 1, 5)(field, value)),
};

/** {@link StreamConfig}, checked. */
export type StreamSettings = Checked<Table>;

/** @throws {TransportError} `CONFIG`, naming the option */
export function readStream(field: string, value: unknown = {}): StreamSettings {
  return readTable<Table>(field, value, TABLE);
}

/** Reads the log's URL. @throws {TransportError} `CONFIG`, without a secret of the URL */
export function readLog(url: string, stream: StreamSettings, folder: string): LogSettings {
  if (/^(?:nats|tls):/.test(url)) return natsLog(url, stream);
  const [, scheme = "", path = ""] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme !== "sqlite") {
    const shown = scheme === "" ? "the text" : `${scheme}:`;
    throw wrong("log", shown, "it takes sqlite:PATH, such as sqlite:./relay.db, or nats://HOST:PORT");
  }
  if (path === "" || path === ":memory:") throw wrong("log", show(url), "it takes the path of a file after sqlite:");
  for (const name of ["name", "subject", "replicas"] as const) {
    if (stream[name] !== undefined)
      throw wrong(`stream.${name}`, "an option of NATS", "leave it out, or set log to nats://HOST:PORT");
  }
  return { kind: "sqlite", path: isAbsolute(path) ? path : resolve(folder, path), maxAge: stream.maxAge };
}

function natsLog(url: string, stream: StreamSettings): LogSettings {
  const urls = url.split(",").map((each, index) => {
    const parsed = URL.canParse(each.trim()) ? new URL(each.trim()) : undefined;
    if (parsed !== undefined && /^(?:nats|tls):$/.test(parsed.protocol) && parsed.hostname !== "") return parsed;
    throw wrong("log", `server ${index + 1}`, "it takes nats://HOST:PORT or tls://HOST:PORT for each server");
  });
  const servers = urls.map(({ protocol, hostname, port }) => `${protocol}//${hostname}:${port || "4222"}`);
  const { username = "", password = "" } = urls.find((each) => each.username !== "") ?? {};
  const user = decodeURIComponent(username);
  const identity =
    username === "" ? {} : password === "" ? { token: user } : { user, password: decodeURIComponent(password) };
  const { name = "RELAY", subject = "feed.{source}", replicas = servers.length > 1 ? 3 : 1, maxAge } = stream;
  return { kind: "nats", servers, ...identity, name, subject, replicas, maxAge };
}
