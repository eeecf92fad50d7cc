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
import type { Secrets } from "../request/secrets.js";
import { errorLine } from "../text.js";
import { publicHeaders } from "./public-headers.js";

/** Records every request: its Last-Event-ID, the response with the times of its chunks, and its end. */
export class RecordingClient implements HttpClient {
  readonly #client: HttpClient;
  readonly #writer: RecordingWriter;
  readonly #secrets: Secrets;

  /** `secrets` are hidden in the response's headers, because servers repeat them. */
  constructor(client: HttpClient, writer: RecordingWriter, secrets: Secrets) {
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
      writer.end(how, error === undefined ? undefined : this.#secrets.hide(errorLine(error)));
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
