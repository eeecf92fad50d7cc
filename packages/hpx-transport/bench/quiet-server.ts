// Greets each client with one event and then says nothing. Headers and sockets are kept small: it is not what is measured.
import { createServer, type AddressInfo } from "node:net";

const greeting = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: hello\n\n";
const server = createServer((socket) => {
  socket.once("data", () => socket.write(greeting));
  socket.on("error", () => socket.destroy());
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit());
