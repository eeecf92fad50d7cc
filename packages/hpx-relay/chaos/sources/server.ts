import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Rng } from "../rng.js";
import type { Tally } from "../tally.js";
import { type Break, Connection } from "./connection.js";
import type { Source } from "./source.js";

/** The answers to a request, with their weights. */
const ANSWERS = {
  follows: 20,
  ends: 8,
  cuts: 8,
  resets: 8,
  holds: 6,
  "answers slowly": 5,
  "answers 503": 3,
  "answers 429": 3,
  "answers without an event": 3,
  "hangs up": 3,
  "does not answer": 2,
} as const;

type Answer = keyof typeof ANSWERS;
const BREAKS: ReadonlySet<Answer> = new Set<Answer>(["ends", "cuts", "resets", "holds"]);

/** Every fault of an answer, for the count. */
export const ANSWER_FAULTS: readonly string[] = Object.keys(ANSWERS)
  .filter((answer) => answer !== "follows")
  .map((answer) => `source: ${answer}`);

/** How long an answer lives that breaks, in milliseconds. */
const SHORTEST = 200;
const LONGEST = 9000;

/** Serves all sources, each at its name, and breaks their answers. */
export class SourceServer {
  readonly url: string;
  readonly #server: Server;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #connections = new Set<Connection>();
  readonly #rng: Rng;
  readonly #tally: Tally;
  #isCalm = false;

  private constructor(server: Server, sources: readonly Source[], rng: Rng, tally: Tally) {
    this.#server = server;
    this.#sources = new Map(sources.map((source) => [source.name, source]));
    this.#rng = rng;
    this.#tally = tally;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
    for (const source of sources) {
      source.onPublish = () => {
        for (const connection of this.#connections) if (connection.source === source) connection.pump();
      };
    }
  }

  static async start(sources: readonly Source[], seed: number, tally: Tally): Promise<SourceServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new SourceServer(server, sources, new Rng(seed, -1), tally);
  }

  /** Sources that a relay listens to now. */
  get heard(): ReadonlySet<string> {
    return new Set([...this.#connections].map(({ source }) => source.name));
  }

  /** Breaks all answers of a source. */
  cut(source: Source): void {
    for (const connection of this.#connections) if (connection.source === source) connection.break("cuts", 0);
  }

  /** Breaks what goes on, and answers well from now on. */
  calmDown(): void {
    this.#isCalm = true;
    for (const source of this.#sources.values()) this.cut(source);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const source = this.#sources.get(request.url?.slice(1) ?? "");
    if (source === undefined) {
      response.writeHead(404).end();
      return;
    }
    const answer = this.#isCalm ? "follows" : this.#rng.weighted(ANSWERS);
    if (answer !== "follows" && !BREAKS.has(answer)) this.#tally.add(`source: ${answer}`);
    switch (answer) {
      case "answers 503":
        response.writeHead(503).end("busy");
        return;
      case "answers 429":
        response.writeHead(429, { "retry-after": "0" }).end();
        return;
      case "answers without an event":
        response.writeHead(200, { "content-type": "text/event-stream" }).end(": nothing\n\n");
        return;
      case "hangs up":
        request.socket.destroy();
        return;
      case "does not answer":
        setTimeout(() => request.socket.destroy(), this.#rng.between(500, 2500));
        return;
      default:
        this.#follow(source, request, response, answer);
    }
  }

  #follow(source: Source, request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    const slow = answer === "answers slowly" ? this.#rng.between(5, 100) : 0;
    const connection = new Connection(source, request, response, slow);
    this.#connections.add(connection);
    response.on("close", () => this.#connections.delete(connection));
    if (answer === "follows") return;
    const bytes = this.#rng.between(0, 60);
    const timer = setTimeout(
      () => {
        if (response.destroyed || this.#isCalm) return;
        if (BREAKS.has(answer)) this.#tally.add(`source: ${answer}`);
        // One that sends slowly would lag behind for ever.
        connection.break(BREAKS.has(answer) ? (answer as Break) : "ends", bytes);
      },
      this.#rng.between(SHORTEST, LONGEST),
    );
    response.on("close", () => clearTimeout(timer));
  }
}
