import { once } from "node:events";
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer, type TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import { type HttpBody, type HttpClient, NodeClient } from "../../../src/http/entries/node.js";
import { type Authority, type Identity, makeAuthority } from "./authority.js";
import { get, record, type Recording } from "./requests.js";
import { start, type TestServer } from "./servers.js";

const authority: Authority = makeAuthority();
/** What these servers show. */
export const identity: Identity = authority.issue();

/** What a client must trust to speak to these servers. */
export const tls: { ca: string } = { ca: authority.ca };

/** A client that offers HTTP/2 to them, for one test. */
export function makeHttp2Client(): NodeClient {
  const client = new NodeClient({ http2: true, tls, proxy: false });
  onTestFinished(() => client.close());
  return client;
}

/** Sends a GET and consumes what comes. */
export async function open(client: HttpClient, url: URL): Promise<{ body: HttpBody; recording: Recording }> {
  const { body } = await client.send(get(url));
  return { body, recording: record(body) };
}

export interface Http2Server extends TestServer {
  /** Every session that was ever opened. */
  readonly sessions: readonly ServerHttp2Session[];
  /** Every stream, by its path. */
  readonly streams: ReadonlyMap<string, ServerHttp2Stream>;
  /** The stream of the request for `path`. */
  stream(path: string): Promise<ServerHttp2Stream>;
}

/** An HTTP/2 server. With `allowHTTP1`, `onRequest` answers those who speak nothing better. */
export async function startHttp2(
  onStream: (stream: ServerHttp2Stream, path: string, headers: IncomingHttpHeaders) => void,
  options: SecureServerOptions & {
    onRequest?: (request: Http2ServerRequest, response: Http2ServerResponse) => void;
  } = {},
): Promise<Http2Server> {
  const sessions: ServerHttp2Session[] = [];
  const streams = new Map<string, ServerHttp2Stream>();
  const arrivals = createSecureServer({ ...identity, ...options });
  arrivals.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  arrivals.on("stream", (stream, headers) => {
    const path = String(headers[":path"]);
    streams.set(path, stream);
    stream.on("error", () => {});
    onStream(stream, path, headers);
  });
  const { onRequest } = options;
  if (onRequest !== undefined) {
    arrivals.on("request", (request, response) => {
      if (request.httpVersionMajor === 1) onRequest(request, response);
    });
  }
  const server = await start(arrivals, "https:");
  return {
    ...server,
    get connections() {
      return server.connections;
    },
    sessions,
    streams,
    async stream(path: string) {
      for (;;) {
        const stream = streams.get(path);
        if (stream !== undefined) return stream;
        await once(arrivals, "stream");
      }
    },
  };
}

/** Answers and leaves the stream open, with its path as the first chunk. */
export function answerAndStay(stream: ServerHttp2Stream, path: string): void {
  stream.respond({ ":status": 200 });
  stream.write(path);
}

/** What a server of bare frames does. */
export interface FramePeer {
  /** Settles once the client has opened `count` streams. */
  opened(count: number): Promise<void>;
  /** Answers 200 and `text`; the stream stays open. */
  answer(id: number, text: string): void;
  data(id: number, text: string): void;
  /** The last of the data. */
  finish(id: number, text: string): void;
  reset(id: number, code: number): void;
  goaway(lastId: number, code: number): void;
  /** Any frame, also one that is not allowed. */
  frame(type: number, flags: number, id: number, payload: Buffer): void;
  /** Ends the TCP connection. */
  end(): void;
}

const HEADERS = 1;
const DATA = 0;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;

/** An HTTP/2 server that sends exactly the frames it is told to, for what node:http2 would do more politely. */
export async function startFrames(
  onPeer: (peer: FramePeer) => void | Promise<void>,
  { answersPing = true, onPing = () => {} }: { answersPing?: boolean; onPing?: () => void } = {},
): Promise<TestServer> {
  const server = createServer({ ...identity, ALPNProtocols: ["h2"] }, (socket: TLSSocket) => {
    const reader = new FrameReader();
    const peer = { streams: 0, changed: (): void => {} };
    const send = (type: number, flags: number, id: number, payload: Buffer): void => {
      socket.write(Buffer.concat([frameHead(type, flags, id, payload.length), payload]));
    };
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      for (const { type, flags, payload } of reader.read(chunk)) {
        if (type === HEADERS) peer.streams += 1;
        if (type === SETTINGS && flags === 0) send(SETTINGS, 1, 0, Buffer.alloc(0));
        if (type === PING && flags === 0 && answersPing) {
          send(PING, 1, 0, payload);
          onPing();
        }
      }
      peer.changed();
    });
    // What it does at once comes in one piece with the settings.
    socket.cork();
    process.nextTick(() => socket.uncork());
    send(SETTINGS, 0, 0, Buffer.alloc(0));
    void onPeer({
      async opened(count) {
        while (peer.streams < count) {
          await new Promise<void>((resolve) => {
            peer.changed = resolve;
          });
        }
      },
      answer(id, text) {
        // 0x88 is ":status: 200" in HPACK's static table.
        send(HEADERS, 4, id, Buffer.from([0x88]));
        send(DATA, 0, id, Buffer.from(text));
      },
      finish: (id, text) => send(DATA, 1, id, Buffer.from(text)),
      data: (id, text) => send(DATA, 0, id, Buffer.from(text)),
      reset: (id, code) => send(RST_STREAM, 0, id, words(code)),
      goaway: (lastId, code) => send(GOAWAY, 0, 0, words(lastId, code)),
      frame: send,
      end: () => socket.end(),
    });
  });
  return start(server, "https:");
}

/** Takes a client's bytes apart; its preface of 24 bytes comes first. */
class FrameReader {
  #rest = Buffer.alloc(0);
  #prefaceIsOver = false;

  read(chunk: Buffer): { type: number; flags: number; payload: Buffer }[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#prefaceIsOver) {
      if (this.#rest.length < 24) return [];
      this.#rest = this.#rest.subarray(24);
      this.#prefaceIsOver = true;
    }
    const frames = [];
    while (this.#rest.length >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      const [type = 0, flags = 0] = this.#rest.subarray(3, 5);
      frames.push({ type, flags, payload: Buffer.from(this.#rest.subarray(9, end)) });
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

function frameHead(type: number, flags: number, id: number, length: number): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return head;
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}
