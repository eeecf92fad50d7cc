import {
  type BodyConsumer,
  bytesAsText,
  type HttpBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from "hpx-transport/http";
import type { RecordedEnding } from "../recording/format.js";
import type { RecordingWriter } from "../recording/writer.js";
import { publicUrl } from "../request/url.js";
import { errorLine } from "../text.js";

/** Records every request: its Last-Event-ID, the response with the times of its chunks, and its end. */
export class RecordingClient implements HttpClient {
  readonly #client: HttpClient;
  readonly #writer: RecordingWriter;
  readonly #secrets: readonly string[];

  /** `secrets` are left out of the response's headers, should the server echo them. */
  constructor(client: HttpClient, writer: RecordingWriter, secrets: readonly string[]) {
    this.#client = client;
    this.#writer = writer;
    this.#secrets = secrets;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { signal } = request;
    const writer = this.#writer;
    writer.request(bytesAsText(request.headers.get("last-event-id") ?? ""));
    let over = false;
    const end = (how: RecordedEnding, error?: unknown): void => {
      if (over) return;
      over = true;
      signal.removeEventListener("abort", onAbort);
      writer.end(how, error === undefined ? undefined : errorLine(error));
    };
    const onAbort = (): void => end("stopped");
    signal.addEventListener("abort", onAbort);
    try {
      const response = await this.#client.send(request);
      if (!over) writer.response(response.status, publicHeaders(response.headers, this.#secrets));
      return { ...response, body: recorded(response.body, writer, end) };
    } catch (error) {
      end("broken", error);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** The body, which `writer` gets to see first. */
function recorded(
  body: HttpBody,
  writer: RecordingWriter,
  end: (how: RecordedEnding, error?: unknown) => void,
): HttpBody {
  const tee = (consumer: BodyConsumer): BodyConsumer => ({
    onChunk(bytes) {
      writer.chunk(bytes);
      consumer.onChunk(bytes);
    },
    onEnd() {
      end("complete");
      consumer.onEnd();
    },
    onError(error) {
      end("broken", error);
      consumer.onError(error);
    },
  });
  return {
    consume: (consumer) => body.consume(tee(consumer)),
    pause: () => body.pause(),
    resume: () => body.resume(),
    abort() {
      end("stopped");
      body.abort();
    },
  };
}

/** Cookies are keys. */
const PRIVATE = new Set(["set-cookie", "set-cookie2", "authorization", "proxy-authorization", "authentication-info"]);

/** A response's headers as they may be handed on: without cookies, queries, and what `secrets` the server echoes. */
function publicHeaders(headers: Headers, secrets: readonly string[]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (PRIVATE.has(name)) continue;
    const text = name === "location" ? withoutQuery(value) : value;
    shown[name] = secrets.some((secret) => text.includes(secret)) ? "(hidden)" : text;
  }
  return shown;
}

function withoutQuery(location: string): string {
  return URL.canParse(location) ? publicUrl(new URL(location)) : location.replace(/[?#].*$/s, "?…");
}
