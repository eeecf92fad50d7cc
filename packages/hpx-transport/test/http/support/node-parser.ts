import { type IncomingMessage, request } from "node:http";
import { Duplex } from "node:stream";

/** What becomes of a response whose bytes come at once and are followed by the end of the connection. */
export type Outcome =
  | { readonly status: number; readonly headers: string; readonly body: string; readonly whole: boolean }
  | "refused"
  | "upgraded";

/** What the HTTP parser of this Node makes of `text`, one character a byte. */
export function readByNode(text: string, method: string): Promise<Outcome> {
  return new Promise((resolve) => {
    let response: IncomingMessage | undefined;
    let body = "";
    let failed = false;
    const socket = new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        done();
        this.push(Buffer.from(text, "latin1"));
        this.push(null);
      },
    });
    const sent = request({ method, createConnection: () => socket });
    const finish = (): void => {
      if (response === undefined) resolve("refused");
      else {
        const { statusCode: status = 0, rawHeaders, complete } = response;
        const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, i) => [
          rawHeaders[2 * i] ?? "",
          rawHeaders[2 * i + 1] ?? "",
        ]);
        resolve({ status, headers: joined(pairs), body, whole: complete && !failed });
      }
    };
    sent.on("response", (received) => {
      response = received;
      received.setEncoding("latin1").on("data", (part: string) => {
        body += part;
      });
      received.on("error", () => {
        failed = true;
      });
      received.on("close", finish);
    });
    sent.on("upgrade", () => resolve("upgraded"));
    sent.on("error", () => {
      failed = true;
    });
    sent.on("close", () => setImmediate(finish));
    sent.end();
  });
}

/** Headers as one string, the values of one name in their order. */
export function joined(pairs: Iterable<readonly string[]>): string {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name = "", value = ""] of pairs) {
    const lower = name.toLowerCase();
    values[lower] = lower in values ? `${values[lower]}, ${value}` : value;
  }
  return JSON.stringify(values);
}
