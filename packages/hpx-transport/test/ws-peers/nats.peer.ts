// nats-server's WebSocket, with a handler of the NATS client protocol (https://docs.nats.io/reference/reference-protocols/nats-protocol):
// the protocol is text in binary messages, whose boundaries mean nothing.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { WsData, WsProtocolHandler, WsReading } from "../../src/websocket/index.js";
import { freePort, listens } from "../support/ports.js";
import { environment, Program, temporaryFolder } from "../support/program.js";
import { eventually } from "../support/promises.js";
import { needs } from "../support/requirements.js";
import { connect, natsServer, take } from "./support.js";

beforeEach(needs(natsServer));

/** As much of the protocol as the tests need: subjects are topics, and every line ends with its message here. */
class NatsHandler implements WsProtocolHandler {
  readonly acknowledges = false;
  #rest = Buffer.alloc(0);
  #lastId = 0;

  onConnect(): void {
    this.#rest = Buffer.alloc(0);
  }

  nextId(): string {
    return `${(this.#lastId += 1)}`;
  }

  read(data: WsData): readonly WsReading[] {
    this.#rest = Buffer.concat([this.#rest, Buffer.from(data)]);
    const readings: WsReading[] = [];
    for (;;) {
      const end = this.#rest.indexOf("\r\n");
      if (end < 0) return readings;
      const [verb = "", ...words] = this.#rest.toString("utf8", 0, end).split(" ");
      const size = verb === "MSG" ? Number(words.at(-1)) + 2 : 0;
      if (this.#rest.length < end + 2 + size) return readings;
      const payload = this.#rest.toString("utf8", end + 2, end + size);
      this.#rest = this.#rest.subarray(end + 2 + size);
      readings.push(readOne(verb, words, payload));
    }
  }

  hello(): string {
    return 'CONNECT {"verbose":false,"pedantic":false,"lang":"test","version":"1"}\r\n';
  }

  ping(): string {
    return "PING\r\n";
  }

  pong({ value }: { value?: unknown }): string | undefined {
    return value === "PING" ? "PONG\r\n" : undefined;
  }

  subscribe(topics: readonly string[], id: number | string): string {
    return topics.map((topic, n) => `SUB ${topic} ${id}${n}\r\n`).join("");
  }

  unsubscribe(): undefined {
    return undefined;
  }
}

function readOne(verb: string, words: readonly string[], payload: string): WsReading {
  if (verb === "MSG") return { kind: "update", topic: words[0], value: payload };
  if (verb === "PING" || verb === "PONG") return { kind: "control", value: verb };
  const info = verb === "INFO" ? (JSON.parse(words.join(" ")) as { ldm?: boolean }) : {};
  return { kind: "system", value: verb, verdict: info.ldm === true ? "reconnect" : undefined };
}

/** A server in a folder of its own; `port` is that of its WebSocket. */
async function startNats(port: number, folder: string): Promise<Program> {
  const program = new Program("nats-server", ["-c", "nats.conf", "-P", "nats.pid"], { folder });
  await program.until("its WebSocket listens", () => listens(port));
  return program;
}

async function prepare(): Promise<{ port: number; folder: string; url: string }> {
  const folder = temporaryFolder();
  const [port, clients] = [await freePort(), await freePort()];
  const lines = [
    `listen: "127.0.0.1:${clients}"`,
    `websocket { listen: "127.0.0.1:${port}", no_tls: true }`,
    // The shortest that it takes.
    'lame_duck_duration: "30s"',
    'lame_duck_grace_period: "1s"',
  ];
  writeFileSync(join(folder, "nats.conf"), lines.join("\n"));
  return { port, folder, url: `ws://127.0.0.1:${port}/` };
}

test("a subscription gets what is published, in order, over many messages", async () => {
  const { port, folder, url } = await prepare();
  const program = await startNats(port, folder);
  onTestFinished(() => program.kill());
  const consumer = await connect({ url, handler: new NatsHandler(), pingInterval: 50, pongTimeout: 2000 });
  const publisher = await connect({ url, handler: new NatsHandler() });
  const subscription = consumer.handle.subscribe("numbers");
  await subscription.ready;
  // It is sent, and not yet known to the server, which reads each connection by itself: this message of the same one comes after it.
  await consumer.handle.send("PUB numbers 5\r\nready\r\n");
  expect((await take(subscription, 1))[0]?.value).toBe("ready");
  const received = take(subscription, 2000);
  for (let n = 0; n < 2000; n += 1) {
    const text = `${n} é`;
    await publisher.handle.send(`PUB numbers ${Buffer.byteLength(text)}\r\n${text}\r\n`);
  }
  expect((await received).map(({ value }) => value)).toEqual(Array.from({ length: 2000 }, (_, n) => `${n} é`));
  expect(consumer.handle.epoch).toBe(1);
});

test("F17: after kill -9 and a restart the topics are subscribed to again, and the gap is told", async () => {
  const { port, folder, url } = await prepare();
  let program = await startNats(port, folder);
  onTestFinished(() => program.kill());
  const { handle } = await connect({ url, handler: new NatsHandler() });
  const subscription = handle.subscribe(["a", "b"]);
  await subscription.ready;
  await handle.send("PUB a 1\r\n1\r\n");
  expect((await take(subscription, 1))[0]?.value).toBe("1");
  await program.kill();
  program = await startNats(port, folder);
  await eventually("the second connection", () => handle.epoch === 2 && handle.state.status === "connected");
  await handle.send("PUB b 1\r\n2\r\n", { whenDown: "wait" });
  const [again] = await take(subscription, 1);
  expect(again).toMatchObject({ value: "2", topic: "b", epoch: 2, gap: { reason: "reconnect" } });
});

test("F17: a lame duck is left for the server that takes its place", async () => {
  const { port, folder, url } = await prepare();
  const first = await startNats(port, folder);
  onTestFinished(() => first.kill());
  const { handle } = await connect({ url, handler: new NatsHandler() });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  spawnSync("nats-server", ["--signal", "ldm=nats.pid"], { cwd: folder, env: environment });
  await first.exited();
  const second = await startNats(port, folder);
  onTestFinished(() => second.kill());
  await eventually("a new connection", () => handle.epoch >= 2 && handle.state.status === "connected");
  await handle.send("PUB a 1\r\n2\r\n", { whenDown: "wait" });
  expect((await take(subscription, 1))[0]).toMatchObject({ value: "2" });
});
