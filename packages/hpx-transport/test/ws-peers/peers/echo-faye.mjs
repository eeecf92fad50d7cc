// An echo server on faye-websocket, with a few commands. Its port is the first argument.
import { createServer } from "node:http";
import FayeWebSocket from "faye-websocket";

const server = createServer();
server.on("upgrade", (request, socket, head) => {
  if (request.url.startsWith("/refuse")) {
    socket.end("HTTP/1.1 403 Forbidden\r\nRetry-After: 7\r\nContent-Length: 9\r\nConnection: close\r\n\r\nno entry\n");
    return;
  }
  // Without an offer it must choose nothing.
  const offered = request.headers["sec-websocket-protocol"] === undefined ? [] : ["chat"];
  const peer = new FayeWebSocket(request, socket, head, offered, { maxLength: 2 ** 26 });
  peer.on("message", ({ data }) => {
    const command = typeof data === "string" ? data : "";
    if (command.startsWith("close:")) {
      const [, code, reason] = command.split(":", 3);
      peer.close(Number(code), reason);
    } else if (command === "ping") peer.ping("probe", () => peer.send("the pong came"));
    else if (command === "cut") socket.resetAndDestroy();
    else peer.send(data);
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("listening\n"));
