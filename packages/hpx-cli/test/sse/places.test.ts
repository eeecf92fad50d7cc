import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { TLSSocket } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import { encryptKey, makeAuthority } from "../../../hpx-transport/test/http/support/authority.js";
import { onTestFinished, startServer, temporaryFile } from "../support/resources.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
const authority = makeAuthority();
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

async function listen(server: Server, place: number | string = 0): Promise<number> {
  onTestFinished(() => void server.close());
  if (typeof place === "string") server.listen(place);
  else server.listen(place, "127.0.0.1");
  await once(server, "listening");
  return typeof place === "string" ? 0 : (server.address() as AddressInfo).port;
}

/** A stream of one event: the name in the client's certificate. */
function secureServer(subjectAltName?: string): Server {
  const own = authority.issue(subjectAltName === undefined ? {} : { subjectAltName });
  const options = { ...own, ca: authority.ca, requestCert: true, rejectUnauthorized: false };
  return createServer(options, ({ socket }, response) => {
    const { subject } = (socket as TLSSocket).getPeerCertificate();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`data: ${subject?.CN ?? "no name"}\n\n`);
  });
}

function pem(name: string, text: string): string {
  const file = temporaryFile(name);
  writeFileSync(file, text);
  return file;
}

async function follow(args: readonly string[]): Promise<string> {
  const program = start(hpx, ["sse", "--max-events", "1", ...args]);
  expect(await program.exitCode, program.output.stderr).toBe(0);
  return (JSON.parse(program.output.stdout) as { data: string }).data;
}

test.concurrent("--cert and --key show a certificate: in two files, in one, with a passphrase", async () => {
  const ca = ["--cacert", pem("ca.pem", authority.ca)];
  const url = `https://127.0.0.1:${await listen(secureServer())}/`;
  const { cert, key } = authority.issue({ commonName: "me" });
  const certFile = pem("cert.pem", cert);
  expect(await follow([...ca, url])).toBe("no name");
  expect(await follow([...ca, "--cert", certFile, "--key", pem("key.pem", key), url])).toBe("me");
  expect(await follow([...ca, "-E", pem("both.pem", cert + key), url])).toBe("me");
  const locked = pem("locked.pem", encryptKey(key, "pass:word"));
  expect(await follow([...ca, "--cert", `${certFile}:pass:word`, "--key", locked, url])).toBe("me");
  const wrong = start(hpx, ["sse", ...ca, "--cert", `${certFile}:wrong-secret`, "--key", locked, url]);
  expect(await wrong.exitCode).toBe(2);
  expect(wrong.output.stderr).toMatch(/^error: --(cert|key): .*\n$/);
  expect(wrong.output.stderr).not.toContain("secret");
});

test.concurrent("--unix-socket goes to a socket, with the host of the URL", async () => {
  const socket = temporaryFile("socket");
  const server = createHttpServer(({ headers }, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${headers.host}\n\n`);
  });
  await listen(server, socket);
  expect(await follow(["--unix-socket", socket, "http://example.com/events"])).toBe("example.com");
});

test.concurrent("--resolve gives a host an address, for its port only, and TLS checks the name", async () => {
  const ca = ["--cacert", pem("ca.pem", authority.ca)];
  const port = await listen(secureServer("DNS:events.example"));
  const url = `https://events.example:${port}/`;
  expect(await follow([...ca, "--resolve", `events.example:${port}:127.0.0.1`, url])).toBe("no name");
  expect(await follow([...ca, "--resolve", `*:${port}:[::1],127.0.0.1`, url])).toBe("no name");
  const other = start(hpx, ["sse", "--max-attempts", "0", ...ca, "--resolve", "events.example:1:127.0.0.1", url]);
  expect(await other.exitCode).toBe(1);
  expect(other.output.stderr).toMatch(/CONNECT: .*(ENOTFOUND|EAI_AGAIN)/);
});

test.concurrent("--all-proxy is -x", async () => {
  const server = await startServer({ body: "data: a\n\n" });
  const args = ["sse", "--max-attempts", "0", "--all-proxy", "http://127.0.0.1:1", server.url];
  const program = start(hpx, args);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/CONNECT: .*proxy http:\/\/127\.0\.0\.1:1/);
});
