import { createFetch } from "hpx-transport/fetch";
import { EventStream } from "sseer";

// For the option `fetch` of an SDK: new OpenAI({ fetch }). Here it is called by hand.
const fetch = createFetch({ handler: "openai-responses" });

const response = await fetch("https://example.com/v1/responses", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ model: "m", input: "hello", stream: true, background: true }),
});

if (response.body === null) throw new Error(`no answer: ${response.status}`);
// The server cuts the connection, and then is away for a moment. The body goes on.
for await (const { event, data } of new EventStream(response.body)) {
  if (event === "response.output_text.delta") process.stdout.write(JSON.parse(data).delta);
}
