import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer, request as forward } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { onTestFinished, startServer, temporaryFile } from "../support/resources.js";
import { makeAuthority } from "../../../hpx-transport/test/http/support/authority.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
const authority = makeAuthority();
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** An https server that sends one event, its data the version of HTTP that it was asked in, then 204. */
async function startSecure(): Promise<string> {
  let requests = 0;
  const server = createSecureServer({ ...authority.issue(), allowHTTP1: true }, ({ httpVersion }, response) => {
    requests += 1;
    response.writeHead(requests === 1 ? 200 : 204, { "content-type": "text/event-stream" });
    response.end(requests === 1 ? `retry: 1\ndata: ${httpVersion}\n\n` : "");
  });
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${await listen(server)}/`;
}

test.concurrent("--cacert trusts the authority of a file, --http2 offers HTTP/2", async () => {
  const file = temporaryFile("ca.pem");
  writeFileSync(file, authority.ca);
  const program = start(hpx, ["sse", "--cacert", file, await startSecure()]);
  expect(await program.exitCode, program.output.stderr).toBe(0);
  expect(program.output.stdout).toContain('"data":"1.1"');
  const second = start(hpx, ["sse", "--http2", "--cacert", file, await startSecure()]);
  expect(await second.exitCode, second.output.stderr).toBe(0);
  expect(second.output.stdout).toContain('"data":"2.0"');
});

test.concurrent("a certificate without a trusted authority is refused, unless --insecure is given", async () => {
  const url = await startSecure();
  const refused = start(hpx, ["sse", url]);
  expect(await refused.exitCode).toBe(1);
  expect(refused.output.stderr).toMatch(/CONNECT: .*certificate/);
  const program = start(hpx, ["sse", "-k", url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toContain('"data":"1.1"');
});

test.concurrent("the doctor says that it is the certificate", async () => {
  const program = start(hpx, ["sse", "doctor", await startSecure()]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stdout).toMatch(/^error {3}Connection: The secure connection failed: .*certificate.* --cacert/);
});

test.concurrent("-x goes through a proxy, and an empty one past that of the environment", async () => {
  const server = await startServer({ body: "retry: 1\ndata: a\n\n" }, { status: 204 }, { body: "data: b\n\n" });
  const seen: string[] = [];
  const proxy = createHttpServer((incoming, outgoing) => {
    seen.push(`${incoming.url} ${incoming.headers["proxy-authorization"]}`);
    const { method, headers } = incoming;
    const inner = forward(incoming.url ?? "", { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(inner);
  });
  onTestFinished(() => void proxy.close());
  const url = `http://me:pass@127.0.0.1:${await listen(proxy)}`;
  expect(await start(hpx, ["sse", "-x", url, server.url]).exitCode).toBe(0);
  const login = `${server.url} Basic ${Buffer.from("me:pass").toString("base64")}`;
  expect(seen).toEqual([login, login]);
  const env = { http_proxy: url, no_proxy: "" };
  expect(await start(hpx, ["sse", "-x", "", "--max-events", "1", server.url], env).exitCode).toBe(0);
  expect(seen.length).toBe(2);
});
