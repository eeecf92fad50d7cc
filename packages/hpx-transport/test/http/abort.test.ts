import { getEventListeners, once } from "node:events";
import { describe, expect, test } from "vitest";
import { NodeClient } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { clients, get, record } from "./support/requests.js";
import { gone, noSocketIsLeft, startHttp, startTcp } from "./support/servers.js";

const REASON = new Error("enough");

describe.each(clients)("$name: the signal", ({ make }) => {
  test("that fired before: the reason, and no connection", async () => {
    const server = await startTcp(() => {});
    expect(await rejection(make().send(get(server.url, { signal: AbortSignal.abort(REASON) })))).toBe(REASON);
    expect(server.connections).toBe(0);
  });

  test("while waiting for the headers: the reason, and the server sees the socket go", async () => {
    const server = await startTcp(() => {});
    const controller = new AbortController();
    const sent = rejection(make().send(get(server.url, { signal: controller.signal })));
    const socket = await server.nextConnection();
    await once(socket, "data");
    controller.abort(REASON);
    expect(await sent).toBe(REASON);
    await gone(socket);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("between headers and consume: the server sees the socket go", async () => {
    const server = await startHttp((_request, response) => {
      response.write("hello");
    });
    const controller = new AbortController();
    await make().send(get(server.url, { signal: controller.signal }));
    const socket = await server.nextConnection();
    controller.abort(REASON);
    await gone(socket);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test.each(["signal", "abort()"])(
    "while reading, by %s: nothing more is heard, and the server sees the socket go",
    async (how) => {
      const server = await startHttp((_request, response) => {
        response.write("one");
        response.write("two");
      });
      const controller = new AbortController();
      const { body } = await make().send(get(server.url, { signal: controller.signal }));
      const socket = await server.nextConnection();
      const recording = record(body, () => {
        if (how === "signal") controller.abort(REASON);
        else body.abort();
      });
      await gone(socket);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      expect(recording.chunks).toHaveLength(1);
      expect(recording.endings).toBe(0);
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    },
  );

  test("after the end it does nothing, and abort() neither", async () => {
    const server = await startHttp((_request, response) => {
      response.end("all");
    });
    const controller = new AbortController();
    const { body } = await make().send(get(server.url, { signal: controller.signal }));
    const recording = record(body);
    await recording.ended;
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    controller.abort(REASON);
    body.abort();
    body.pause();
    body.resume();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(recording.endings).toBe(1);
  });
});

describe("NodeClient", () => {
  test("a signal while TLS is under way closes the socket at once", async () => {
    const server = await startTcp((socket) => socket.resume(), "https:");
    const controller = new AbortController();
    const sent = rejection(new NodeClient().send(get(server.url, { signal: controller.signal })));
    const socket = await server.nextConnection();
    controller.abort(REASON);
    expect(await sent).toBe(REASON);
    await gone(socket);
  });

  test("a signal in the same turn as send leaves no connection behind", async () => {
    const server = await startTcp(() => {});
    const controller = new AbortController();
    const sent = rejection(new NodeClient().send(get(server.url, { signal: controller.signal })));
    controller.abort(REASON);
    expect(await sent).toBe(REASON);
    await noSocketIsLeft();
  });

  test.each(["complete", "cut", "aborted"])("no socket is left after a body that is %s", async (how) => {
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { "Content-Length": how === "complete" ? "4" : "8" });
      response.write("half");
    });
    const { body } = await new NodeClient().send(get(server.url));
    const socket = await server.nextConnection();
    const recording = record(body, () => {
      if (how === "cut") socket.destroy();
      if (how === "aborted") body.abort();
    });
    if (how !== "aborted") await recording.ended;
    await gone(socket);
    expect(server.sockets.size).toBe(0);
    await noSocketIsLeft();
  });
});
