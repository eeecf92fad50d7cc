import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { jsonOf, methodsOf, rejection, report, startServer, testFetch } from "./support.js";

const message = {
  id: "m1",
  type: "message",
  role: "assistant",
  content: [],
  model: "m",
  usage: { input_tokens: 1, output_tokens: 1 },
};
const events = [
  { type: "message_start", message },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "one " } },
  { type: "ping" },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "two" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
  { type: "message_stop" },
];
const wire = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
const request = { model: "m", max_tokens: 10, messages: [{ role: "user" as const, content: "hello" }] };

function clientOf(url: string, handler: "anthropic" | undefined): Anthropic {
  return new Anthropic({ apiKey: "k", baseURL: url.slice(0, -1), fetch: testFetch({ handler }) });
}

test.each([undefined, "anthropic" as const])(
  "the SDK retries a refusal, and the answer is whole (%s)",
  async (handler) => {
    const server = await startServer();
    server.reply(
      { ...jsonOf({ type: "error", error: { type: "overloaded_error" } }, 529), headers: { "retry-after-ms": "1" } },
      { body: wire },
    );
    const stream = clientOf(server.url, handler).messages.stream(request);
    expect(await stream.finalText()).toBe("one two");
    expect(methodsOf(server)).toBe("POST POST");
  },
);

test("an answer that is cut throws, and is not asked for again; for the table", async (context) => {
  const server = await startServer();
  server.reply(
    { ...jsonOf({ type: "error", error: { type: "overloaded_error" } }, 529), headers: { "retry-after-ms": "1" } },
    { body: wire.slice(0, 5), finish: "cut" },
  );
  const stream = clientOf(server.url, "anthropic").messages.stream(request);
  let text = "";
  stream.on("text", (delta) => (text += delta));
  expect(await rejection(stream.finalText())).toMatchObject({ cause: { code: "SSE_STREAM_ENDED" } });
  expect([text, methodsOf(server)]).toEqual(["one two", "POST POST"]);
  report(context, {
    with: "@anthropic-ai/sdk 1.14, message",
    cuts: 1,
    refusals: 1,
    requests: methodsOf(server),
    called: 1,
    result: "throws SSE_STREAM_ENDED",
  });
});

test("an answer as JSON passes, and a cancel closes the socket", async () => {
  const server = await startServer();
  server.reply(jsonOf({ ...message, content: [{ type: "text", text: "hi" }] }), {
    body: wire.slice(0, 3),
    finish: "hold",
  });
  const client = clientOf(server.url, "anthropic");
  const whole = await client.messages.create(request);
  expect(whole.content[0]).toMatchObject({ text: "hi" });
  const stream = client.messages.stream(request);
  for await (const event of stream) if (event.type === "content_block_delta") break;
  await server.idle();
  expect(server.requestCount).toBe(2);
});
