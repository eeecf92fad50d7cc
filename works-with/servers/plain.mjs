// The server behind the proxies: Node's own, with the one header that a stream must have. Most frameworks also send
// `Cache-Control: no-cache` and `X-Accel-Buffering: no`, and then some proxies need no settings.
import { createServer } from "node:http";
import { itemsAfter, port } from "./feed.mjs";

const server = createServer(async (request, response) => {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for await (const item of itemsAfter(request.headers["last-event-id"])) {
    response.write(`id: ${item.n}\ndata: ${JSON.stringify(item)}\n\n`);
  }
});

server.listen(port, "127.0.0.1");
