import { OpenAiSseHandler, SseConnection } from "hpx-transport/sse";

const request = {
  url: "https://example.com/v1/chat/completions",
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "hello" }] }),
};

for await (const { data, kind } of SseConnection.open(request, new OpenAiSseHandler())) {
  if (kind === "data") process.stdout.write(JSON.parse(data).choices[0]?.delta.content ?? "");
} // ends at [DONE]; throws for an error in the stream and for a cut answer; leaving the loop closes the socket at once
