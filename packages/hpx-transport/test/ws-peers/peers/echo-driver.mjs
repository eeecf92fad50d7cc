// An echo server on websocket-driver, with a few commands. Its port is the first argument.
import { createServer } from "node:http";
import driver from "websocket-driver";

const server = createServer();
server.on("upgrade", (request, socket, head) => {
  if (request.url.startsWith("/refuse")) {
    socket.end("HTTP/1.1 403 Forbidden\r\nRetry-After: 7\r\nContent-Length: 9\r\nConnection: close\r\n\r\nno entry\n");
    return;
  }
  const offered = request.headers["sec-websocket-protocol"] === undefined ? [] : ["chat"];
  const peer = driver.http(request, { protocols: offered, maxLength: 2 ** 26 });
  peer.io.write(head);
  socket.pipe(peer.io).pipe(socket);
  socket.on("error", () => {});
  peer.messages.on("data", (data) => {
    const command = typeof data === "string" ? data : "";
    if (command.startsWith("close:")) {
      const [, code, reason] = command.split(":", 3);
      peer.close(reason, Number(code));
    } else if (command === "ping") peer.ping("probe", () => peer.text("the pong came"));
    else if (command === "cut") socket.resetAndDestroy();
    else if (typeof data === "string") peer.text(data);
    else peer.binary(data);
  });
  peer.on("close", () => socket.end());
  peer.start();
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("listening\n"));
