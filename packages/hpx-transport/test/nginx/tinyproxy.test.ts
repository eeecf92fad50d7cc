import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { beforeEach, expect, test } from "vitest";
import { startServer } from "../sse/support.js";
import { eventually } from "../support/promises.js";
import { needs, tinyproxy } from "../support/requirements.js";
import { startTinyproxy } from "../support/tinyproxy.js";

// Of the helper alone, without our client: what a test of the client's proxy option may rely on.

beforeEach(needs(tinyproxy));

const credentials = { "proxy-authorization": `Basic ${Buffer.from("user:secret").toString("base64")}` };

async function answer(sent: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(sent.end(), "response")) as [IncomingMessage];
  return response;
}

test("a plain request goes through tinyproxy with its password, and is logged there", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" });
  const proxy = await startTinyproxy("BasicAuth user secret");
  const response = await answer(request({ port: proxy.port, path: server.url, headers: credentials, agent: false }));
  expect(response.statusCode).toBe(200);
  expect(await text(response)).toBe("data: a\n\n");
  expect(proxy.requests()).toEqual([`GET ${server.url} HTTP/1.1`]);
});

test("a tunnel goes through tinyproxy with its password, and is logged there", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" });
  const proxy = await startTinyproxy("BasicAuth user secret");
  const target = `127.0.0.1:${server.port}`;
  const connect = request({ port: proxy.port, method: "CONNECT", path: target, headers: credentials, agent: false });
  const [accepted, socket] = (await once(connect.end(), "connect")) as [IncomingMessage, Socket];
  expect(accepted.statusCode).toBe(200);
  const through: RequestOptions = { createConnection: () => socket, headers: { host: target } };
  expect(await text(await answer(request(through)))).toBe("data: a\n\n");
  expect(proxy.requests()).toEqual([`CONNECT ${target} HTTP/1.1`]);
  socket.destroy();
});

test("without the password tinyproxy answers 407 and the server is not reached", async () => {
  const server = await startServer();
  const proxy = await startTinyproxy("BasicAuth user secret");
  const response = await answer(request({ port: proxy.port, path: server.url, agent: false }));
  response.resume();
  expect(response.statusCode).toBe(407);
  expect(server.requests).toHaveLength(0);
});

test("events come through tinyproxy one by one, and killing it cuts the stream", async () => {
  const server = await startServer();
  const proxy = await startTinyproxy();
  const response = await answer(request({ port: proxy.port, path: server.url, agent: false }));
  let received = "";
  response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
  for (const data of ["a", "b"]) {
    server.publish({ data });
    await eventually(`event ${data}`, () => received.endsWith(`data: ${data}\n\n`));
  }
  const cut = once(response, "aborted");
  response.on("error", () => {});
  await proxy.kill();
  await cut;
  await server.idle();
});
