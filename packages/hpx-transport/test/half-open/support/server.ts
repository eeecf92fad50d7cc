import { createServer } from "node:http";

// Runs in the server's namespace. Each request gets the event after its Last-Event-ID, then silence.
const server = createServer((request, response) => {
  const id = Number(request.headers["last-event-id"] ?? 0) + 1;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(`id: ${id}\ndata: event ${id}\n\n`);
});
server.listen(8080, "0.0.0.0", () => process.stdout.write("listening\n"));
