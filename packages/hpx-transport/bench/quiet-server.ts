// Greets each client with one event and then says nothing. Headers and sockets are kept small: it is not what is
// measured. Given the files of a key and a certificate it speaks HTTP/2.
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { createServer, type AddressInfo } from "node:net";

const greeting = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: hello\n\n";
const [key, cert] = process.argv.slice(2);
const server =
  key === undefined || cert === undefined
    ? createServer((socket) => {
        socket.once("data", () => socket.write(greeting));
        socket.on("error", () => socket.destroy());
      })
    : createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }).on("stream", (stream) => {
        stream.on("error", () => stream.destroy());
        stream.respond({ ":status": 200, "content-type": "text/event-stream" });
        stream.write("data: hello\n\n");
      });
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit());
