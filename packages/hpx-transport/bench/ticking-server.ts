// Sends each client an event a second.
import { createServer, type AddressInfo } from "node:net";

const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const server = createServer((socket) => {
  let id = 0;
  let timer: NodeJS.Timeout | undefined;
  socket.once("data", () => {
    socket.write(head);
    timer = setInterval(() => socket.write(`id: ${(id += 1)}\ndata: {"price":"60012.5"}\n\n`), 1000);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => clearInterval(timer));
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit());
