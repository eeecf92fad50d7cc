/**
 * Sends a question to a language model by POST and prints the answer while it arrives, until `data: [DONE]`. Ctrl-C
 * cancels at once.
 *
 *     API_KEY=... MODEL=... node examples/dist/post-stream-done.js https://example.com/v1/chat/completions "Why is the sky blue?"
 */
import { BearerAuth, TransportError } from "hpx-transport";
import { OpenAiSseHandler, SseConnection } from "hpx-transport/sse";

/** The parts of an event's data that this program reads. */
interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string } }[];
}

const [url, question = "Why is the sky blue?"] = process.argv.slice(2);
if (url === undefined) {
  console.error("usage: post-stream-done URL [QUESTION]");
  process.exit(2);
}

const { API_KEY, MODEL = "default" } = process.env;
const cancel = new AbortController();
process.once("SIGINT", () => cancel.abort());

// The handler recognises [DONE], and an error that comes after the status. Before the first event, a 429 or 503 is
// retried. After the beginning of the answer, the POST is never sent again.
const connection = SseConnection.open(
  {
    url,
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: MODEL, stream: true, messages: [{ role: "user", content: question }] }),
    auth: API_KEY === undefined ? undefined : new BearerAuth(API_KEY),
    reconnect: { maxAttempts: 3 },
    signal: cancel.signal,
  },
  new OpenAiSseHandler(),
);

try {
  // This loop gets only data: [DONE] ends it, and a cut answer throws.
  for await (const { json } of connection.json()) {
    process.stdout.write((json as Chunk).choices?.[0]?.delta?.content ?? "");
  }
  process.stdout.write("\n");
} catch (error) {
  if (!TransportError.is(error) && !cancel.signal.aborted) throw error;
  console.error(TransportError.is(error) ? `\n${error.code}: ${error.message}` : "\ncancelled");
  process.exitCode = 1;
}
