import { createServer, type ServerOptions } from "node:https";
import type { RequestListener } from "node:http";
import { makeAuthority } from "./authority.js";
import { start, type TestServer } from "./servers.js";

/** An HTTPS server with a fresh self-signed certificate. */
export function startSelfSigned(): Promise<TestServer> {
  return startHttps(makeAuthority().self, (_request, response) => {
    response.end("never seen");
  });
}

export function startHttps(options: ServerOptions, onRequest: RequestListener): Promise<TestServer> {
  return start(createServer(options, onRequest), "https:");
}
