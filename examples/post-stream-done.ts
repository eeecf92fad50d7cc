/**
 * Asks a language model by POST and prints its answer as it comes, until `data: [DONE]`. Ctrl-C cancels at once.
 *
 *     API_KEY=... MODEL=... node examples/dist/post-stream-done.js https://example.com/v1/chat/completions "Why is the sky blue?"
 */
import { BearerAuth, TransportError } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

/** What this program reads of each event's data. */
interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string } }[];
  /** Some servers can only tell here that the answer failed: the status was sent long ago. */
  readonly error?: { readonly message?: string };
}

const [url, question = "Why is the sky blue?"] = process.argv.slice(2);
if (url === undefined) {
  console.error("usage: post-stream-done URL [QUESTION]");
  process.exit(2);
}

const { API_KEY, MODEL = "default" } = process.env;
const cancel = new AbortController();
process.once("SIGINT", () => cancel.abort());

// While nothing was delivered, a 429 or 503 is retried. Once the answer began, the POST is never sent again.
const connection = SseConnection.open({
  url,
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ model: MODEL, stream: true, messages: [{ role: "user", content: question }] }),
  auth: API_KEY === undefined ? undefined : new BearerAuth(API_KEY),
  reconnect: { maxAttempts: 3 },
  signal: cancel.signal,
});

try {
  process.exitCode = await printAnswer();
} catch (error) {
  if (!TransportError.is(error) && !cancel.signal.aborted) throw error;
  console.error(TransportError.is(error) ? `\n${error.code}: ${error.message}` : "\ncancelled");
  process.exitCode = 1;
}

async function printAnswer(): Promise<0 | 1> {
  for await (const { data } of connection) {
    if (data === "[DONE]") {
      // Leaving the loop closes the connection.
      process.stdout.write("\n");
      return 0;
    }
    const { choices, error } = JSON.parse(data) as Chunk;
    if (error !== undefined) {
      console.error(`\nthe server gave up: ${error.message}`);
      return 1;
    }
    process.stdout.write(choices?.[0]?.delta?.content ?? "");
  }
  console.error("\nthe stream ended before [DONE]: the answer may be incomplete");
  return 1;
}
