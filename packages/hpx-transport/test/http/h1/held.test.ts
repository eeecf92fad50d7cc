import type { Socket } from "node:net";
import { createServer } from "node:tls";
import { describe, expect, test } from "vitest";
import { NodeClient } from "../../../src/http/entries/node.js";
import { identity, tls } from "../support/http2.js";
import { get, record } from "../support/requests.js";
import { noSocketIsLeft, start, startTcp, type TestServer } from "../support/servers.js";

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const TEXT = "data: one\n\n".repeat(4000);
const HEAD = "HTTP/1.1 200 OK\r\n";
const framings: Record<string, (body: string) => string> = {
  "until the close": (body) => `${HEAD}\r\n${body}`,
  "of a length": (body) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`,
  "in chunks": (body) => `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  "too short": (body) => `${HEAD}Content-Length: ${body.length + 9}\r\n\r\n${body}`,
};

function startOver(what: string, onConnection: (socket: Socket) => void): Promise<TestServer> {
  if (what === "TCP") return startTcp(onConnection);
  return start(createServer({ ...identity, ALPNProtocols: ["http/1.1"] }, onConnection), "https:");
}

// A whole answer lies read before the consumer wants it, and with TLS in a socket that is gone by then.
describe.each(["TCP", "TLS", "TLS that offered HTTP/2"])(
  "over %s, an answer whose end came while it was held",
  (over) => {
    describe.each(Object.keys(framings))("%s", (framing) => {
      test.each([
        ["FIN", 11],
        ["FIN", 44_000],
        ["break", 11],
        ["break", 44_000],
      ])("is delivered, with %s and %i bytes, to consumers quick and slow", async (end, size) => {
        const body = TEXT.slice(0, size);
        const answer = (framings[framing] ?? expect.unreachable())(body);
        const server = await startOver(over, (socket) => {
          socket.on("error", () => {});
          socket.once("data", () => {
            if (end === "FIN") socket.end(answer);
            else
              socket.write(answer, () =>
                setTimeout(() => (over === "TCP" ? socket.resetAndDestroy() : socket.destroy()), 15),
              );
          });
        });
        const client = new NodeClient({ tls, proxy: false, http2: over.includes("HTTP/2") });
        await Promise.all(
          [0, 0, 50, 50].map(async (pause) => {
            const response = await client.send(get(server.url));
            await wait(pause);
            let length = 0;
            const recording = record(response.body, (bytes) => {
              length += bytes.length;
              response.body.pause();
              setTimeout(() => response.body.resume(), pause);
            });
            const ended = await recording.ended;
            expect(length).toBe(size);
            if (framing === "too short") expect(ended).toBeInstanceOf(Error);
            // Whether a reset after all of the body is seen depends on when it comes; it may not be seen without a length.
            else if (framing !== "until the close" || end === "FIN") expect(ended).toBeUndefined();
          }),
        );
      });
    });
  },
);

test("a TLS connection that is reset while its answer is held gives what came, and then the error", async () => {
  let reset = (): void => {};
  const tlsServer = createServer(identity, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () =>
      socket.write(`${HEAD}Content-Length: 999\r\n\r\n`, () => setTimeout(() => socket.write("held"), 20)),
    );
  });
  tlsServer.on("connection", (socket: Socket) => {
    reset = () => socket.resetAndDestroy();
  });
  const server = await start(tlsServer, "https:");
  const { body } = await new NodeClient({ tls, proxy: false }).send(get(server.url));
  const early = record(body);
  body.pause();
  await wait(60);
  reset();
  await noSocketIsLeft();
  body.resume();
  expect(await early.ended).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
  expect(early.text()).toBe("held");
});

describe("what comes with the head", () => {
  test.each<[string, string, string]>([
    ["a body of a length", `${HEAD}Content-Length: 5\r\n\r\nhello`, "hello"],
    ["a body in chunks, with its end", `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, "hello"],
    [
      "a body of a length, and bytes behind it",
      `${HEAD}Content-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n`,
      "hello",
    ],
    [
      "chunks, and bytes behind their end",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\nmore`,
      "x",
    ],
    ["nothing", `${HEAD}Content-Length: 0\r\n\r\n`, ""],
  ])("%s waits for the consumer, and for a pause to end", async (_what, answer, text) => {
    // The second answer is read into the buffer that held the first.
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write(answer));
    });
    const other = await startTcp((socket) => {
      socket.once("data", () => socket.end(`${HEAD}\r\n${"z".repeat(1000)}`));
    });
    const client = new NodeClient();
    const { body } = await client.send(get(server.url));
    await record((await client.send(get(other.url))).body).ended;
    const recording = record(body);
    body.pause();
    await wait(30);
    expect([recording.chunks.length, recording.endings]).toEqual([0, 0]);
    body.resume();
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe(text);
    await noSocketIsLeft();
  });

  test("a consumer that resumes within its first chunk hears of the end after the last one", async () => {
    const chunk = `1000\r\n${"x".repeat(4096)}\r\n2000\r\n${"y".repeat(8192)}\r\n`;
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.end(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`));
    });
    const { body } = await new NodeClient().send(get(server.url));
    await wait(30);
    let endings = 0;
    const recording = record(body, () => {
      body.pause();
      body.resume();
      ({ endings } = recording);
      expect(endings).toBe(0);
    });
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toHaveLength(12_288);
  });

  test.each(["HEAD 200", "GET 204", "GET 304"])("%s with a length has no body, and closes its socket", async (what) => {
    const [method = "", status] = what.split(" ");
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\nhello`));
    });
    const recording = record((await new NodeClient().send(get(server.url, { method }))).body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.chunks).toEqual([]);
    await noSocketIsLeft();
  });
});
