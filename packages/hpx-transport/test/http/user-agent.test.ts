import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { NodeClient } from "../../src/http/entries/node.js";
import { answerAndStay, makeHttp2Client, startHttp2 } from "./support/http2.js";
import { get } from "./support/requests.js";
import { startHttp, startTcp } from "./support/servers.js";

interface Manifest {
  name: string;
  version: string;
  repository?: string | { url: string };
}

const manifest = createRequire(import.meta.url)("../../package.json") as Manifest;
const repository = typeof manifest.repository === "object" ? manifest.repository.url : manifest.repository;
// Whoever runs a server looks there for those who made the client.
const page = repository === undefined ? "" : ` (+${repository.replace(/^git\+|\.git$/g, "")})`;
const expected = `${manifest.name}/${manifest.version}${page}`;

describe.each([
  ["nothing", undefined, expected],
  ["one of the caller's", "mine/1", "mine/1"],
  ["an empty one", "", ""],
])("a request with %s", (_given, value, sent) => {
  const headers = new Headers(value === undefined ? {} : { "User-Agent": value });

  test("over HTTP/1.1", async () => {
    const seen: unknown[] = [];
    const server = await startHttp((request, response) => {
      seen.push(request.rawHeaders.filter((_, i, all) => all[i - 1]?.toLowerCase() === "user-agent"));
      response.end();
    });
    (await new NodeClient().send(get(server.url, { headers }))).body.abort();
    expect(seen).toEqual([[sent]]);
  });

  test("over HTTP/2", async () => {
    const seen: unknown[] = [];
    const server = await startHttp2((stream, path, received) => {
      seen.push(received["user-agent"]);
      answerAndStay(stream, path);
    });
    (await makeHttp2Client().send(get(server.url, { headers }))).body.abort();
    expect(seen).toEqual([sent]);
  });
});

test("the request for a tunnel says who asks, too", async () => {
  let asked = "";
  const proxy = await startTcp((socket) => {
    socket.once("data", (bytes) => {
      asked = bytes.toString();
      socket.end("HTTP/1.1 502 No\r\n\r\n");
    });
  });
  await new NodeClient({ proxy: proxy.url }).send(get("https://feed.test/")).catch(() => {});
  expect(asked).toContain(`\r\nUser-Agent: ${expected}\r\n`);
});
