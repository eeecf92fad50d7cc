import { createServer, type IncomingHttpHeaders } from "node:http";
import { createSecureServer } from "node:http2";
import type { Identity } from "../../http/support/authority.js";

// Runs in the server's namespace. Each request gets the event after its Last-Event-ID, then silence.
const head = { "content-type": "text/event-stream" };

function eventFor(headers: IncomingHttpHeaders): string {
  const id = Number(headers["last-event-id"] ?? 0) + 1;
  return `id: ${id}\ndata: event ${id}\n\n`;
}

const http1 = (): ReturnType<typeof createServer> =>
  createServer((request, response) => {
    response.writeHead(200, head).write(eventFor(request.headers));
  });

/** Speaks HTTP/2 and nothing else. */
const http2 = (identity: Identity): ReturnType<typeof createSecureServer> =>
  createSecureServer(identity).on("stream", (stream, headers) => {
    stream.on("error", () => {});
    stream.respond(head);
    stream.write(eventFor(headers));
  });

const identity = process.argv[2];
const server = identity === undefined ? http1() : http2(JSON.parse(identity) as Identity);
server.listen(8080, "0.0.0.0", () => process.stdout.write("listening\n"));
