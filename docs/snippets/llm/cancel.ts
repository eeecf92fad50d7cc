import { AnthropicSseHandler, SseConnection } from "hpx-transport/sse";

const cancel = new AbortController();
process.once("SIGINT", () => cancel.abort(new Error("cancelled by the user")));

const connection = SseConnection.open(
  {
    url: "https://example.com/v1/messages",
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Api-Key": process.env["API_KEY"] ?? "demo" },
    body: JSON.stringify({ model: "m", max_tokens: 100, stream: true, messages: [{ role: "user", content: "hi" }] }),
    reconnect: { maxAttempts: 3 }, // before the first event: after a 429 or 503, and when there is no connection
    signal: cancel.signal, // on abort the loop throws the reason, and the socket closes at once
  },
  new AnthropicSseHandler(),
);

try {
  for await (const { json } of connection.json()) {
    const text = (json as { delta?: { text?: string } }).delta?.text;
    if (text !== undefined) process.stdout.write(text);
  }
  console.log();
} catch (error) {
  console.log("\nno whole answer:", error instanceof Error ? error.message : error);
}
