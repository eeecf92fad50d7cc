import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfigFile, type RelayConfig, type RelaySettings } from "hpx-relay";
import { expect, test } from "vitest";
import { readRelayConfig } from "../../src/config/options.js";
import { temporaryFolder } from "../support.js";

const url = "https://example.com/events?key=secret-value";
const context = { folder: "/srv", environment: { KEY: "k-1", DB: "feeds" } };
const read = (config: unknown): RelaySettings => readRelayConfig(config, context);

test("the defaults", () => {
  const { log, status, id, sources } = read({ sources: { a: { url } } });
  expect({ log, status, id }).toEqual({
    log: { kind: "sqlite", path: "/srv/relay.db", maxAge: 604_800_000 },
    status: undefined,
    id: undefined,
  });
  expect(sources.get("a")).toMatchObject({
    handler: "generic",
    numeric: false,
    ids: true,
    start: "",
    idleTimeout: 60_000,
    connectsPerOrigin: 50,
  });
});

test("each option, with units, defaults for all sources, and variables in headers and the log's URL", () => {
  const { log, status, sources } = read({
    log: "sqlite:/var/$DB.db",
    stream: { maxAge: "36h" },
    status: "127.0.0.1:9100",
    id: "relay-1",
    defaults: { idleTimeout: "1.5m", start: { after: "41" }, connectsPerOrigin: 5 },
    sources: {
      a: {
        url,
        headers: { "X-Api-Key": "$KEY", Authorization: "Bearer ${KEY}$$" },
        handler: "wikimedia",
        continuity: "numeric",
      },
      b: { url, ids: "none", start: "now", idleTimeout: 0 },
    },
  } satisfies RelayConfig);
  expect(log).toEqual({ kind: "sqlite", path: "/var/feeds.db", maxAge: 129_600_000 });
  expect(status).toEqual({ host: "127.0.0.1", port: 9100 });
  expect(sources.get("a")).toMatchObject({
    headers: { "X-Api-Key": "k-1", Authorization: "Bearer k-1$" },
    handler: "wikimedia",
    numeric: true,
    start: "41",
    idleTimeout: 90_000,
    connectsPerOrigin: 5,
  });
  expect(sources.get("b")).toMatchObject({ ids: false, start: "", idleTimeout: 0 });
});

test.each([
  [undefined, "the configuration: nothing cannot be used"],
  [{}, "sources: nothing cannot be used"],
  [{ sources: {} }, "sources: an empty list cannot be used; it takes at least one source"],
  [{ sources: { a: { url } }, sorces: 1 }, "sorces: an unknown option cannot be used; the options are id, log,"],
  [{ sources: { "a b": { url } } }, "sources.a b: the name cannot be used; it takes 1 to 100 letters"],
  [{ sources: { a: {} } }, "sources.a.url: nothing cannot be used"],
  [
    { sources: { a: { url: "secret-value" } } },
    "sources.a.url: the text cannot be used; it takes an http: or https: URL",
  ],
  [{ sources: { a: { url: "ftp://example.com/secret-value" } } }, "sources.a.url:"],
  [{ sources: { a: { url: "https://u:secret-value@example.com/" } } }, "sources.a.url:"],
  [
    { sources: { a: { url, headers: { "X-Key": "$NONE" } } } },
    "sources.a.headers.X-Key: $NONE cannot be used; the environment has no NONE: set it",
  ],
  [{ sources: { a: { url, headers: { "X-Key": 5 } } } }, "sources.a.headers.X-Key: a number cannot be used"],
  [{ sources: { a: { url, headers: { "X Key": "secret-value" } } } }, "sources.a.headers"],
  [{ sources: { a: { url, handler: "x" } } }, 'sources.a.handler: "x" cannot be used; it takes "generic"'],
  [{ sources: { a: { url, continuity: "alpha" } } }, 'sources.a.continuity: "alpha" cannot be used'],
  [{ sources: { a: { url, ids: "none", continuity: "numeric" } } }, "sources.a.continuity:"],
  [
    { sources: { a: { url, idleTimeout: "soon" } } },
    'sources.a.idleTimeout: "soon" cannot be used; it takes a duration such as',
  ],
  [{ sources: { a: { url, start: { after: "a\nb" } } } }, "sources.a.start:"],
  [
    { sources: { a: { url, pair: true } } },
    'sources.a.pair: true cannot be used; a source with ids resumes by itself: leave it out, or set ids: "none"',
  ],
  [
    { sources: { a: { url, ids: "none", pair: true } } },
    "sources.a.pair: true cannot be used; the second relay of a pair needs a NATS log",
  ],
  [
    { sources: { a: { url, ids: "none", pair: "yes" } } },
    'sources.a.pair: "yes" cannot be used; it takes true or false',
  ],
  [
    { group: { ttl: "5s" }, sources: { a: { url } } },
    "group: a group on a SQLite log cannot be used; one process has the file",
  ],
  [{ log: "nats://h", group: { ttl: "100ms" }, sources: { a: { url } } }, "group.ttl:"],
  [
    { log: "nats://h", group: { weight: 0 }, sources: { a: { url } } },
    "group.weight: 0 cannot be used; it takes a number",
  ],
  [{ log: "nats://h", group: { maxSources: 1.5 }, sources: { a: { url } } }, "group.maxSources: 1.5 cannot be used"],
  [{ log: "redis://u:secret-value@h", sources: { a: { url } } }, "log: redis: cannot be used; it takes sqlite:PATH"],
  [
    { log: "nats://u:secret-value@a,b", sources: { a: { url } } },
    "log: server 2 cannot be used; it takes nats://HOST:PORT",
  ],
  [
    { stream: { name: "R" }, sources: { a: { url } } },
    "stream.name: an option of NATS cannot be used; leave it out, or set log",
  ],
  [
    { log: "nats://h", stream: { subject: "feed.*" }, sources: { a: { url } } },
    'stream.subject: "feed.*" cannot be used; it takes words',
  ],
  [{ log: "nats://h", stream: { replicas: 6 }, sources: { a: { url } } }, "stream.replicas: 6 cannot be used"],
  [{ log: "relay.db", sources: { a: { url } } }, "log: the text cannot be used"],
  [{ log: "sqlite:", sources: { a: { url } } }, "log:"],
  [{ status: "9100", sources: { a: { url } } }, 'status: "9100" cannot be used; it takes HOST:PORT'],
  [{ status: "[::1]:99999", sources: { a: { url } } }, "status:"],
  [{ stream: { maxAge: -1 }, sources: { a: { url } } }, "stream.maxAge:"],
  [{ defaults: { connectsPerOrigin: 0 }, sources: { a: { url } } }, "defaults.connectsPerOrigin: 0 cannot be used"],
  [{ id: "a b", sources: { a: { url } } }, 'id: "a b" cannot be used'],
])("%j is refused by name", (config, message) => {
  const error = ((): Error => {
    try {
      read(config);
    } catch (thrown) {
      return thrown as Error;
    }
    throw new Error("it was not refused");
  })();
  expect(error).toMatchObject({ code: "CONFIG", message: expect.stringContaining(message) as unknown });
  expect(String(error)).not.toContain("secret-value");
});

test.each([
  ["nats://h", { servers: ["nats://h:4222"], replicas: 1, name: "RELAY", subject: "feed.{source}" }],
  ["nats://a:1,tls://b:2,nats://c:3", { servers: ["nats://a:1", "tls://b:2", "nats://c:3"], replicas: 3 }],
  ["nats://u:$KEY@h", { servers: ["nats://h:4222"], user: "u", password: "k-1" }],
  ["nats://t%40ken@h", { servers: ["nats://h:4222"], token: "t@ken" }],
])("the log %s", (log, expected) => {
  expect(read({ log, sources: { a: { url } } }).log).toMatchObject({ kind: "nats", ...expected });
});

test("weight and limit of a member", () => {
  const member = (group: RelayConfig["group"]): unknown =>
    read({ log: "nats://h", group, sources: { a: { url } } }).member;
  expect(member(undefined)).toEqual({ weight: 1, maxSources: Number.MAX_SAFE_INTEGER });
  expect(member({ weight: 2.5, maxSources: 300 })).toEqual({ weight: 2.5, maxSources: 300 });
});

test("members of a group agree on a source by its fingerprint, whatever the secrets are", () => {
  const print = (source: object): string | undefined =>
    read({ sources: { a: { url, ...source } } }).sources.get("a")?.fingerprint;
  expect(print({ headers: { a: "1" } })).toBe(print({ headers: { a: "2" } }));
  expect(print({ url: "https://example.com/other" })).not.toBe(print({}));
  expect(print({ continuity: "numeric" })).not.toBe(print({}));
});

test.each([
  ["feeds.yaml", `log: sqlite:./sub/x.db\nsources:\n  a: { url: "${url}" }\n`],
  ["feeds.json", JSON.stringify({ log: "sqlite:./sub/x.db", sources: { a: { url } } })],
])("%s is read, and its paths begin in its folder", async (name, text) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), text);
  const { settings } = await readConfigFile(join(folder, name));
  expect(settings.log).toMatchObject({ path: join(folder, "sub/x.db") });
  expect([...settings.sources.keys()]).toEqual(["a"]);
});

test("a file that is not there, and one that cannot be parsed, are named; nothing of the file is shown", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "feeds.yaml");
  await expect(readConfigFile(path)).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("ENOENT") as unknown,
  });
  writeFileSync(path, 'sources:\n  a: { url: "secret-value\n');
  const error = await readConfigFile(path).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/it takes JSON or YAML: .* at line \d+/);
  expect(String(error)).not.toContain("secret-value");
});
