import { createReadStream } from "node:fs";
import { EventParser } from "sseer";

const parser = new EventParser({
  onEvent: (event) => console.log(event.event, event.data, event.id),
  onComment: (text) => console.log("comment", text),
  onRetry: (milliseconds) => console.log("reconnect after", milliseconds),
});

const source = createReadStream(process.env["STREAM"] ?? "stream.txt"); // a socket or a file: any source of bytes
source.on("data", (chunk: Buffer | string) => parser.push(Buffer.from(chunk)));
source.on("end", () => parser.end());
