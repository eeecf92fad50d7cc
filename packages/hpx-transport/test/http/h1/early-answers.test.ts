import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../../src/error.js";
import { NodeClient } from "../../../src/http/entries/node.js";
import { rejection } from "../../support/promises.js";
import { get, record, steady } from "../support/requests.js";
import { gone, noSocketIsLeft, startTcp, type TestServer } from "../support/servers.js";

const MIB = 2 ** 20;
const upload = { method: "POST", body: "x".repeat(8 * MIB) };
const answer = (status: number, body: string): string =>
  `HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Calls `act` once the head of the request came, and takes no more of it than that. */
function startDeaf(act: (socket: Socket) => void): Promise<TestServer> {
  return startTcp((socket) => {
    socket.once("data", () => {
      socket.pause();
      act(socket);
    });
  });
}

describe("an answer before the request is out", () => {
  test("a 413 stops the sending, and arrives although the connection is reset after it", async () => {
    let client: Socket | undefined;
    const server = await startDeaf((socket) => {
      client = socket;
      socket.write(answer(413, "too much"));
    });
    const response = await new NodeClient().send(get(server.url, upload));
    expect(response.status).toBe(413);
    client?.resetAndDestroy();
    const recording = record(response.body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("too much");
    await noSocketIsLeft();
  });

  test("after a 413 no further piece is sent, though the server would take it", async () => {
    let received = 0;
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 413 X\r\n\r\n"));
      socket.on("data", (bytes) => {
        received += bytes.length;
      });
    });
    const { body } = await new NodeClient().send(get(server.url, upload));
    expect(await steady(() => received)).toBeLessThan(8 * MIB);
    body.abort();
  });

  test("a 200 does not stop the sending", async () => {
    let received = 0;
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 X\r\n\r\n"));
      socket.on("data", (bytes) => {
        received += bytes.length;
      });
    });
    const { body } = await new NodeClient().send(get(server.url, upload));
    await expect.poll(() => received, { timeout: 10_000 }).toBeGreaterThan(8 * MIB);
    body.abort();
  });

  test("a FIN in place of an answer is an error at once, though the request cannot be sent to its end", async () => {
    const server = await startDeaf((socket) => void socket.end());
    const error = await rejection(new NodeClient().send(get(server.url, { ...upload, responseTimeout: 60_000 })));
    expect(TransportError.is(error, "CONNECT") && error.cause).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
  });

  test("an abort while the request is being sent closes the socket", async () => {
    const controller = new AbortController();
    const server = await startDeaf(() => controller.abort("enough"));
    const sent = rejection(new NodeClient().send(get(server.url, { ...upload, signal: controller.signal })));
    const socket = await server.nextConnection();
    expect(await sent).toBe("enough");
    await gone(socket);
    await noSocketIsLeft();
  });
});

describe("a connection that ends", () => {
  const whole = answer(200, "hello");
  const places: [string, string, string][] = [
    ["before the head", "", "no response"],
    ["in the head", whole.slice(0, 20), "no response"],
    ["behind the head", whole.slice(0, -5), "broken"],
    ["in the body", whole.slice(0, -2), "broken"],
    ["in the size of a chunk", "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5", "broken"],
    ["before the last chunk", "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "broken"],
    ["in interim heads", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\n\r\n", "no response"],
    ["behind the body", whole, "whole"],
  ];

  describe.each(["FIN", "reset"])("by %s", (how) => {
    test.each(places)("%s", async (_where, text, outcome) => {
      const server = await startTcp((socket) => {
        socket.once("data", () => {
          const end = (): void => void (how === "FIN" ? socket.end() : setTimeout(() => socket.resetAndDestroy(), 20));
          if (text === "") end();
          else socket.write(text, end);
        });
      });
      const client = new NodeClient();
      if (outcome === "no response") {
        const error = await rejection(client.send(get(server.url)));
        expect(TransportError.is(error, "CONNECT") && error.cause).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
        expect((error as TransportError<"CONNECT">).details.requestSent).toBe(true);
      } else {
        const ended = await record((await client.send(get(server.url))).body).ended;
        if (outcome === "whole") expect(ended).toBeUndefined();
        else expect(ended).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
      }
      await noSocketIsLeft();
    });
  });

  test("where the body's end is the connection's, a FIN is an end and a reset is not", async () => {
    for (const how of ["FIN", "reset"]) {
      const server = await startTcp((socket) => {
        socket.once("data", () => socket.write("HTTP/1.1 200 X\r\n\r\nhello"));
      });
      const { body } = await new NodeClient().send(get(server.url));
      const socket = await server.nextConnection();
      const recording = record(body, () => void (how === "FIN" ? socket.end() : socket.resetAndDestroy()));
      const ended = await recording.ended;
      expect(recording.text()).toBe("hello");
      if (how === "FIN") expect(ended).toBeUndefined();
      else expect(ended).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
    }
  });

  test("a run of interim answers without end meets responseTimeout", async () => {
    const server = await startTcp((socket) => {
      const clock = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 5);
      socket.on("close", () => clearInterval(clock));
    });
    const error = await rejection(new NodeClient().send(get(server.url, { responseTimeout: 100 })));
    expect(TransportError.is(error, "TIMEOUT") && error.details.phase).toBe("response");
  });

  test("a head over the limit is CONNECT, and closes the socket", async () => {
    const server = await startTcp((socket) => {
      socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(300_000)}`));
    });
    const error = await rejection(new NodeClient().send(get(server.url)));
    expect(TransportError.is(error, "CONNECT") && error.cause).toMatchObject({ code: "ERR_HTTP_HEAD" });
    const socket = await server.nextConnection();
    await expect.poll(() => socket.destroyed).toBe(true);
    await noSocketIsLeft();
  });
});
