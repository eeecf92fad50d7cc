import { framingOf } from "../../../src/http/node/h1/framing.js";
import { HeadReader } from "../../../src/http/node/h1/head.js";

/** What our reader makes of the bytes of a connection: a response with as much of its body as came, or a refusal. */
export type Reading =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** "more" for a body whose end has not come; "until close" for one that ends with the connection. */
      readonly end: "more" | "until close" | "complete" | "malformed";
    }
  | "refused"
  /** The head is not complete. */
  | "unfinished";

/** Reads `pieces` one after the other, each in a buffer that is used again, as from a socket. */
export function readPieces(pieces: readonly Uint8Array[], method = "GET"): Reading {
  const reader = new HeadReader();
  let response: { status: number; headers: Record<string, string>; framing: ReturnType<typeof framingOf> } | undefined;
  let body = "";
  let end: "more" | "complete" | "malformed" = "more";
  try {
    for (const piece of pieces) {
      let bytes = new Uint8Array(piece);
      if (response === undefined) {
        const head = reader.read(bytes);
        if (head !== undefined) {
          const headers: Record<string, string> = {};
          for (const [name, value] of head.fields) {
            const lower = name.toLowerCase();
            headers[lower] = lower in headers ? `${headers[lower]}, ${value}` : value;
          }
          response = { status: head.status, headers, framing: framingOf(method, head) };
          bytes = new Uint8Array(reader.rest);
        }
      }
      if (response !== undefined && end === "more") {
        end = response.framing.read(bytes, (part) => {
          body += Buffer.from(part).toString("latin1");
        });
      }
      piece.fill(0);
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_HTTP_HEAD") throw error;
    return "refused";
  }
  if (response === undefined) return "unfinished";
  const { status, headers, framing } = response;
  return { status, headers, body, end: end === "more" && framing.untilClose ? "until close" : end };
}

/** Cuts `text`, one character a byte, at `places`. */
export function cutAt(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text, "latin1");
  const borders = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return borders.slice(1).map((border, i) => new Uint8Array(bytes.subarray(borders[i], border)));
}

/** The outcome of `text` whole, byte by byte, and cut once at every place: all have to be the same. */
export function readAnyhow(text: string, method?: string): Set<string> {
  const all = Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => i + 1);
  const ways = [[], all, ...all.map((place) => [place])];
  return new Set(ways.map((places) => JSON.stringify(readPieces(cutAt(text, places), method))));
}
