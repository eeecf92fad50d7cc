// The WebSocket server of the benchmarks, a process of its own, without a WebSocket library: frames are made by hand. A
// client of `/burst?count=N` gets N messages of 150 bytes as fast as it reads, in writes of about 64 KiB; one of
// `/paced?count=N&rate=R` a write a message, R a second; both are closed with 1000. `/graphql?count=N` sends the results of
// a subscription. `/topics` takes subscribe messages, answers each, and sends one update a topic; it drops who asks for it.
// `/quiet` says hello, and then nothing.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A message of 150 bytes, as an exchange's trade has. */
function tick(id: number): string {
  const price = (60_000 + (id % 977) / 7).toFixed(2);
  const side = id % 2 === 0 ? "buy" : "sell";
  const data = `{"symbol":"BTC-USD","price":"${price}","size":"0.0${(id % 89) + 10}","side":"${side}","time":17000${id}`;
  return `${data.padEnd(149, " ")}}`;
}

/** A text frame as Latin-1. */
function frame(text: string): string {
  const { length } = text;
  const size = length < 126 ? String.fromCharCode(length) : String.fromCharCode(126, length >> 8, length & 255);
  return `\u0081${size}${text}`;
}

const CLOSE = "\u0088\u0002\u0003\u00e8";

async function burst(socket: Socket, count: number, message: (id: number) => string): Promise<void> {
  for (let id = 1; id <= count;) {
    let piece = "";
    while (piece.length < 65_000 && id <= count) piece += frame(message(id++));
    if (!socket.write(piece, "latin1")) await new Promise((resolve) => socket.once("drain", resolve));
  }
}

/** Sends what is due every few milliseconds, each message in a write of its own. */
async function paced(socket: Socket, count: number, rate: number): Promise<void> {
  socket.setNoDelay(true);
  const start = performance.now();
  for (let id = 1; id <= count;) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1000) * rate));
    while (id <= due) socket.write(frame(tick(id++)), "latin1");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** As much of graphql-transport-ws as one subscription needs. Messages of the client are masked; their text is not. */
function graphql(socket: Socket, count: number): void {
  const waiting = unmasked(socket);
  void (async () => {
    await waiting.next();
    socket.write(frame('{"type":"connection_ack"}'), "latin1");
    const { value = "" } = await waiting.next();
    const { id } = JSON.parse(value) as { id: string };
    await burst(
      socket,
      count,
      (n) => `{"id":${JSON.stringify(id)},"type":"next","payload":{"data":{"tick":${tick(n)}}}}`,
    );
    socket.write(frame(`{"id":${JSON.stringify(id)},"type":"complete"}`), "latin1");
  })();
}

/** Subscriptions by messages: each is answered, and each of its topics has one update. */
async function topics(socket: Socket): Promise<void> {
  for await (const text of unmasked(socket)) {
    const { id, op, args = [] } = JSON.parse(text) as { id?: number; op: string; args?: string[] };
    if (op === "drop") return void socket.destroy();
    const updates = args.map((topic) => frame(JSON.stringify({ topic, price: 1 })));
    socket.write(frame(JSON.stringify({ id, result: true })) + updates.join(""), "latin1");
  }
}

/** The messages of a client, each in a frame shorter than 64 KiB. */
async function* unmasked(socket: Socket): AsyncGenerator<string, undefined> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    for (;;) {
      const short = (bytes[1] ?? 0) & 127;
      const head = short === 126 ? 8 : 6;
      if (bytes.length < head) break;
      const length = short === 126 ? bytes.readUInt16BE(2) : short;
      if (bytes.length < head + length) break;
      const mask = bytes.subarray(head - 4, head);
      const payload = bytes.subarray(head, head + length).map((byte, n) => byte ^ (mask[n & 3] ?? 0));
      bytes = bytes.subarray(head + length);
      yield Buffer.from(payload).toString();
    }
  }
  return undefined;
}

const server = createServer();
server.on("upgrade", (request, stream) => {
  const socket = stream as Socket;
  socket.on("error", () => socket.destroy());
  const url = new URL(request.url ?? "/", "http://localhost");
  const number = (name: string): number => Number(url.searchParams.get(name));
  const accept = createHash("sha1").update(
    `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
  );
  const protocol = url.pathname === "/graphql" ? "Sec-WebSocket-Protocol: graphql-transport-ws\r\n" : "";
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${protocol}` +
      `Sec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n`,
  );
  if (url.pathname === "/graphql") return graphql(socket, number("count"));
  if (url.pathname === "/topics") return void topics(socket).catch(() => {});
  socket.resume();
  socket.on("end", () => socket.end());
  if (url.pathname === "/quiet") {
    // A ping is the only frame that comes.
    socket.on("data", (bytes) => void (bytes[0] === 0x89 && socket.write("\u008a\u0000", "latin1")));
    return void socket.write(frame("hello"), "latin1");
  }
  const sent =
    url.pathname === "/paced" ? paced(socket, number("count"), number("rate")) : burst(socket, number("count"), tick);
  void sent.then(() => socket.end(CLOSE, "latin1"));
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit());
