import { connect } from "node:net";
import { once } from "node:events";
import type { MockSseServer } from "hpx-transport/testing";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { hasNats, NatsServers } from "../../../hpx-relay/test/log/support/nats-servers.js";
import { bundle, type Program, start } from "../support/program.js";
import { onTestFinished, temporaryFile } from "../support/resources.js";
import { feedServer, freePort, RelayFile, until, verdict } from "./support.js";

// Many processes begin at the same time.
vi.setConfig({ testTimeout: 180_000 });

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

/** The data of the lines that `hpx sse` has printed, in their order. */
function printed({ output }: Program): string[] {
  const lines = output.stdout.slice(0, output.stdout.lastIndexOf("\n") + 1).trimEnd();
  if (lines === "") return [];
  return lines.split("\n").map((line) => {
    const { event, data } = JSON.parse(line) as { event: string; data: string };
    return event === "message" ? data : `<${event} ${data}>`;
  });
}

/** Publishes events all the time, until `stop()`: it returns how many they were. */
class Publisher {
  #count = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(feed: MockSseServer) {
    this.#timer = setInterval(() => {
      for (let each = 0; each < 5; each += 1) {
        this.#count += 1;
        feed.publish({ data: `event ${this.#count}` });
      }
    }, 10);
    onTestFinished(() => clearInterval(this.#timer));
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.#count;
  }
}

/** A program that is started anew when it is killed. */
class Service {
  readonly #args: readonly string[];
  readonly #ready: RegExp;
  program: Program | undefined;

  constructor(args: readonly string[], ready: RegExp) {
    this.#args = args;
    this.#ready = ready;
  }

  async run(): Promise<void> {
    this.program = start(hpx, this.#args);
    await this.program.complains(this.#ready);
  }

  /** Resolves with its exit code: none. */
  async kill(): Promise<number | null | undefined> {
    this.program?.process.kill("SIGKILL");
    return await this.program?.exitCode;
  }
}

/** Kills `services` in turn while events flow to a `hpx sse --resume`, and checks that it has all of them, once. */
async function killed(file: RelayFile, feed: MockSseServer, port: number, more: () => Promise<void>): Promise<void> {
  const relay = new Service(["relay", file.path], /relaying 1 source/);
  const server = new Service(["relay", "serve", "--port", String(port), file.path], /serving 1 source/);
  feed.publish({ id: "0", data: "the event before the first" });
  await relay.run();
  await server.run();
  const url = `http://127.0.0.1:${port}/a`;
  const client = start(hpx, [
    "sse",
    "-q",
    "--cursors",
    temporaryFile("cursors"),
    "--resume",
    "c",
    "--last-event-id",
    "earliest",
    url,
  ]);
  const publisher = new Publisher(feed);
  for (let kill = 0; kill < 3; kill += 1) {
    const before = printed(client).length;
    await until("more events", () => printed(client).length > before + 20);
    expect(await relay.kill()).toBe(null);
    await new Promise((resolve) => setTimeout(resolve, 37 * kill));
    expect(await server.kill()).toBe(null);
    if (kill % 2 === 0) await relay.run();
    await server.run();
    if (kill % 2 === 1) await relay.run();
    if (kill === 2) await more();
  }
  const total = publisher.stop();
  await until("the last event", () => printed(client).includes(`event ${total}`));
  expect(printed(client)).toEqual(Array.from({ length: total }, (_, index) => `event ${index + 1}`));
  client.process.kill("SIGTERM");
  expect(await client.exitCode).toBe(0);
  for (const { program } of [server, relay]) {
    program?.process.kill("SIGTERM");
    expect(await program?.exitCode).toBe(0);
  }
  expect((await verdict(hpx, file.path)).line).toBe(
    `${total.toLocaleString("en-US")} events, 1 source: lost 0, doubled 0, no gap marked`,
  );
}

describe("hpx sse --resume has every event once, over kill -9 of the relay and of hpx relay serve, again and again", () => {
  test("with a log in SQLite", async () => {
    const feed = await feedServer();
    const sources = { a: { url: feed.url, continuity: "numeric" } };
    const file = new RelayFile({ defaults: { start: { after: "0" } }, sources });
    await killed(file, feed, await freePort(), async () => {});
  });

  test.skipIf(!hasNats)("with a log in NATS, whose server is killed as well", async () => {
    const servers = await NatsServers.start();
    const feed = await feedServer();
    const sources = { a: { url: feed.url, continuity: "numeric" } };
    const file = new RelayFile({
      log: servers.urls.join(),
      group: { ttl: "1s" },
      stream: { maxAge: 0 },
      defaults: { start: { after: "0" } },
      sources,
    });
    await killed(file, feed, await freePort(), async () => {
      await servers.kill(0);
      servers.run(0);
      await servers.ready();
    });
  });
});

test.concurrent("SIGTERM ends the streams with the time to come back, and 0; nothing keeps the process up", async () => {
  const feed = await feedServer();
  const file = new RelayFile({ sources: { a: { url: feed.url }, b: { url: feed.url } } });
  const relay = start(hpx, ["relay", file.path]);
  await relay.complains(/relaying/);
  feed.publish({ data: "one" });
  const program = start(hpx, ["relay", "serve", "--port", "0", "--source", "a", "--earliest", file.path]);
  await program.prints(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  const url = new URL(program.output.stdout.trim());
  expect((await fetch(new URL("/b", url))).status).toBe(404);
  const response = await fetch(new URL("/a", url));
  const text = response.text();
  // It takes nothing, and says nothing.
  const idle = connect(Number(url.port), url.hostname);
  onTestFinished(() => void idle.destroy());
  idle.on("error", () => {});
  await once(idle, "connect");
  await until("the event was sent", async () =>
    /events_total\{source="a"\} 1\n/.test(await (await fetch(new URL("/metrics", url))).text()),
  );
  program.process.kill("SIGTERM");
  expect(await program.exitCode).toBe(0);
  expect(await text).toMatch(/^retry: 1000\n\nid: \d+\.1-\w+\ndata: one\n\nretry: \d+\n\n$/);
  expect(program.output.stderr).toMatch(/^serving 1 source of sqlite:.*relay\.db\n$/);
});

test.concurrent("a log that is not there is 1; a source, a name and a port that cannot be used are 2", async () => {
  const feed = await feedServer();
  const file = new RelayFile({ sources: { a: { url: feed.url }, metrics: { url: feed.url } } });
  const none = start(hpx, ["relay", "serve", file.path]);
  expect(await none.exitCode).toBe(1);
  expect(none.output.stderr).toMatch(/^error: CONFIG: log: sqlite:.*it takes the path of a log.*\n$/);
  const relay = start(hpx, ["relay", file.path]);
  await relay.complains(/relaying/);

  const port = String(await freePort());
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [["--source", "c"], /^error: --source: "c" cannot be used; .* has a, metrics\n$/],
    [[], /^error: sources: "metrics" cannot be used; \/metrics is a path of the server itself: .*\n$/],
    [["--source", "a", "--port", "70000"], /^error: --port: "70000" cannot be used; it takes a port up to 65535\n$/],
    [["--source", "a", "--port", port], new RegExp(`^error: port: 127\\.0\\.0\\.1:${port} cannot be used; .* free`)],
    [["--source", "a", "--allow-origin", "x"], /^error: --allow-origin: "x" cannot be used/],
    [["--source", "a", "--max-clients", "0"], /^error: --max-clients: "0" cannot be used/],
  ];
  const first = start(hpx, ["relay", "serve", "--source", "a", "--port", port, file.path]);
  await first.complains(/serving/);
  for (const [args, message] of cases) {
    const program = start(hpx, ["relay", "serve", ...args, file.path]);
    expect(await program.exitCode).toBe(2);
    expect(program.output.stderr).toMatch(message);
  }
});
