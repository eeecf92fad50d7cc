import { WebSocketServer } from "ws";

// Runs in the server's namespace. Each connection gets its number, then silence, but for pongs; what it sends is written out.
let count = 0;
const server = new WebSocketServer({ port: 8080, host: "0.0.0.0" }, () => process.stdout.write("listening\n"));
server.on("connection", (socket) => {
  count += 1;
  const number = count;
  socket.on("error", () => {}).on("message", (data: Buffer) => process.stdout.write(`${number}: ${data.toString()}\n`));
  socket.send(`event ${number}`);
});
