import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { LogFull, LogUnavailable, type RelayLog, type NatsLogOptions } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { NatsLog } from "../../src/log/nats/nats-log.js";
import { appendOf, messageOf, recordsOf } from "../support.js";
import { logConformance } from "./conformance.js";
import { hasNats, NatsServers } from "./support/nats-servers.js";

const settings = (servers: NatsServers, changes: Partial<NatsLogOptions> = {}): NatsLogOptions => ({
  servers: servers.urls,
  name: `R-${randomUUID()}`,
  subject: `${randomUUID()}.{source}`,
  replicas: servers.urls.length,
  maxAge: 0,
  ...changes,
});

async function open(options: NatsLogOptions): Promise<NatsLog> {
  const log = await NatsLog.open(options);
  onTestFinished(() => log.close());
  return log;
}

async function api(servers: NatsServers, name: string, request: object): Promise<Record<string, unknown>> {
  const connection: NatsConnection = await connect({ servers: [...servers.addresses] });
  const answer = await connection.request(`$JS.API.${name}`, JSON.stringify(request));
  await connection.close();
  return answer.json();
}

describe.skipIf(!hasNats)("a log in NATS", () => {
  describe("one server", () => {
    logConformance("NATS, one server", async () => await open(settings(await NatsServers.start())));
  });

  describe("three servers", () => {
    logConformance("NATS, three servers", async () => await open(settings(await NatsServers.start(3))));
  });

  test("many positions back are read, and counted from the end, for a source between others", async () => {
    const log: RelayLog = await open(settings(await NatsServers.start()));
    const numbers = Array.from({ length: 450 }, (_, index) => index + 1);
    let other = 0;
    let a = 0;
    for (let round = 0; round < 5; round += 1) {
      const [one = 0, two = 0] = await log.append([
        { ...appendOf("a", a), messages: numbers.map((n) => messageOf(round * 450 + n)) },
        appendOf("other", other, ...numbers),
      ]);
      a = one;
      other = two;
    }
    const all = await recordsOf(log);
    expect(all).toHaveLength(4500);
    const newest = await recordsOf(log, { source: "a", last: 1000, withoutData: true });
    expect(newest.length).toBeGreaterThanOrEqual(1000);
    expect(newest.at(-1)).toMatchObject({ n: 2250, id: "2250", pos: a });
    expect(newest.map(({ n }) => n)).toEqual(newest.map((_, index) => 2250 - newest.length + 1 + index));
  });

  test("a reader leaves no consumer behind", async () => {
    const servers = await NatsServers.start();
    const options = settings(servers);
    const log = await open(options);
    await log.append([appendOf("a", 0, 1, 2, 3)]);
    await recordsOf(log, { last: 1 });
    expect(await api(servers, `CONSUMER.NAMES.${options.name}`, {})).toMatchObject({ total: 0 });
  });

  test("a stream that is full says so, and takes the same append when there is room", async () => {
    const servers = await NatsServers.start();
    const options = settings(servers);
    const log = await open(options);
    const info = (await api(servers, `STREAM.INFO.${options.name}`, {})) as { config: object };
    await api(servers, `STREAM.UPDATE.${options.name}`, { ...info.config, max_msgs: 3 });
    const [last = 0] = await log.append([appendOf("a", 0, 1, 2)]);
    const append = appendOf("a", last, 3, 4);
    await expect(log.append([append])).rejects.toBeInstanceOf(LogFull);
    await api(servers, `STREAM.UPDATE.${options.name}`, { ...info.config, max_msgs: -1 });
    await log.append([append]);
    expect(await recordsOf(log)).toHaveLength(4);
  });

  test("while the server is away every call fails at once; afterwards the epoch is another, and the log goes on", async () => {
    const servers = await NatsServers.start();
    const log = await open(settings(servers));
    const [last = 0] = await log.append([appendOf("a", 0, 1)]);
    const { epoch } = log;
    await servers.kill(0);
    await expect(log.append([appendOf("a", last, 2)])).rejects.toBeInstanceOf(LogUnavailable);
    await expect(log.tails(["a"])).rejects.toBeInstanceOf(LogUnavailable);
    servers.run(0);
    await servers.ready();
    const tails = async (): Promise<number> => {
      for (;;) {
        const found = await log.tails(["a"]).catch(() => undefined);
        if (found !== undefined) return found.get("a")?.pos ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    expect(await tails()).toBe(last);
    expect(log.epoch).toBeGreaterThan(epoch);
    await log.append([appendOf("a", last, 2)]);
    expect(await recordsOf(log)).toHaveLength(2);
  });

  test("messages up to max_payload are taken", async () => {
    const servers = await NatsServers.start(1, "max_payload: 100000\n");
    const log = await open(settings(servers));
    const data = Buffer.alloc(log.limits.data, "x");
    const id = "é".repeat(log.limits.name / 2);
    await log.append([
      { ...appendOf("a", 0), messages: [messageOf(1, { data, id }), messageOf(2, { data, id, after: 1 })] },
    ]);
    expect((await recordsOf(log)).map((record) => record.data.length)).toEqual([data.length, data.length]);
  });

  test("the stream is made as the configuration says, and a second log finds it", async () => {
    const servers = await NatsServers.start();
    const options = settings(servers, { maxAge: 3_600_000 });
    await open(options);
    const { config } = await api(servers, `STREAM.INFO.${options.name}`, {});
    expect(config).toMatchObject({
      subjects: [options.subject.replace("{source}", "*")],
      retention: "limits",
      storage: "file",
      discard: "new",
      max_age: 3_600_000_000_000,
      allow_atomic: true,
      num_replicas: 1,
    });
    const second = await open(options);
    expect(second.warnings).toEqual([expect.stringContaining("stream.replicas: 3")]);
  });

  describe("streams that cannot keep the promise are refused, with the setting to change", () => {
    let options: NatsLogOptions;
    test.each([
      [
        "work-queue retention",
        { retention: "workqueue" },
        "retention workqueue cannot be used; it deletes what is consumed",
      ],
      ["interest retention", { retention: "interest" }, "use retention limits"],
      ["no_ack", { no_ack: true }, "set no_ack to false"],
      ["memory", { storage: "memory" }, "use storage file"],
      ["other subjects", { subjects: ["elsewhere.*"] }, 'add "'],
    ])("%s", async (_, changes, message) => {
      const servers = await NatsServers.start();
      options = settings(servers);
      const subjects = [options.subject.replace("{source}", "*")];
      const made = await api(servers, `STREAM.CREATE.${options.name}`, {
        name: options.name,
        subjects,
        retention: "limits",
        storage: "file",
        num_replicas: 1,
        ...changes,
      });
      expect(made).not.toHaveProperty("error");
      await expect(NatsLog.open(options)).rejects.toMatchObject({
        code: "CONFIG",
        details: { field: "log" },
        message: expect.stringContaining(message) as unknown,
      });
    });

    test("another number of replicas", async () => {
      const servers = await NatsServers.start();
      options = settings(servers);
      await open(options);
      await expect(NatsLog.open({ ...options, replicas: 3 })).rejects.toThrow(
        /1 replicas cannot be used; the configuration asks for 3: change the stream, or stream\.replicas/,
      );
    });

    test("a stream of ours without atomic batches gets them", async () => {
      const servers = await NatsServers.start();
      options = settings(servers);
      const subjects = [options.subject.replace("{source}", "*")];
      await api(servers, `STREAM.CREATE.${options.name}`, {
        name: options.name,
        subjects,
        retention: "limits",
        storage: "file",
        num_replicas: 1,
      });
      const log = await open(options);
      await log.append([appendOf("a", 0, 1, 2)]);
      expect(await recordsOf(log)).toHaveLength(2);
    });
  });

  test("a server without JetStream is refused, with what to do", async () => {
    const servers = await NatsServers.start(1, "", { jetstream: false });
    await expect(NatsLog.open(settings(servers))).rejects.toThrow(
      /JetStream cannot be used; it takes servers with JetStream, .*: start them with -js/,
    );
  });

  test("user and password are sent, and a server that refuses them is named without the password", async () => {
    const servers = await NatsServers.start(1, "authorization { user: u, password: right-secret }\n", {
      password: "right-secret",
    });
    const log = await open(settings(servers, { user: "u", password: "right-secret" }));
    expect(await recordsOf(log)).toEqual([]);
    const error = await NatsLog.open(settings(servers, { user: "u", password: "wrong-secret" })).catch(
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("check user and password") as unknown,
    });
    expect((error as Error).message).not.toContain("secret");
  });
});

describe.skipIf(!existsSync("/usr/sbin/nats-server"))("an older server", () => {
  test("is refused by its version: it knows no atomic batches", async () => {
    const servers = await NatsServers.start(1, "", { program: "/usr/sbin/nats-server" });
    await expect(NatsLog.open(settings(servers))).rejects.toThrow(
      /nats-server 2\.\d+\.\d+ cannot be used; atomic batches came with 2\.12: update the servers/,
    );
  });
});

test("no server answers: the error names the servers and what to do", async () => {
  const options = { servers: ["nats://127.0.0.1:9"], name: "R", subject: "feed.{source}", replicas: 1, maxAge: 0 };
  await expect(NatsLog.open({ ...options, user: "u", password: "secret-value" })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringMatching(
      /^log: nats:\/\/127\.0\.0\.1:9 cannot be used; it takes nats-servers that answer/,
    ) as unknown,
  });
});
