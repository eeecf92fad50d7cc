import { createOpenAI } from "@ai-sdk/openai";
import { DefaultChatTransport, readUIMessageStream, streamText, type UIMessage, type UIMessageChunk } from "ai";
import { expect, test } from "vitest";
import { eventsOf, jsonOf, methodsOf, rejection, report, startServer, testFetch } from "./support.js";

const chunks = ["one ", "two ", "three"].map((content, at) => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: { content }, finish_reason: at === 2 ? "stop" : null }],
}));

const parts: UIMessageChunk[] = [
  { type: "start", messageId: "m1" },
  { type: "text-start", id: "0" },
  ...["one ", "two ", "three"].map((delta): UIMessageChunk => ({ type: "text-delta", id: "0", delta })),
  { type: "text-end", id: "0" },
  { type: "finish" },
];

async function textOf(stream: ReadableStream<UIMessageChunk>): Promise<string> {
  let text = "";
  for await (const message of readUIMessageStream({ stream })) {
    text = message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  }
  return text;
}

const question: UIMessage = { id: "u1", role: "user", parts: [{ type: "text", text: "hello" }] };

test("a chat whose stream can be resumed: cut twice, refused once, nothing lost, called once", async (context) => {
  const server = await startServer();
  server.reply(
    { body: eventsOf(...parts.slice(0, 3)), finish: "cut" },
    { status: 503 },
    { body: eventsOf(...parts.slice(0, 4)), finish: "cut" },
    { body: eventsOf(...parts, "[DONE]") },
  );
  const transport = new DefaultChatTransport({ api: `${server.url}api/chat`, fetch: testFetch({ handler: "ai-sdk" }) });
  const stream = await transport.sendMessages({
    chatId: "chat1",
    messageId: undefined,
    messages: [question],
    trigger: "submit-message",
    abortSignal: undefined,
  });
  const deltas: string[] = [];
  const counted = stream.pipeThrough(
    new TransformStream<UIMessageChunk, UIMessageChunk>({
      transform(part, controller) {
        deltas.push(part.type);
        controller.enqueue(part);
      },
    }),
  );
  expect(await textOf(counted)).toBe("one two three");
  expect(deltas).toEqual(parts.map(({ type }) => type));
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "POST /api/chat",
    ...Array.from({ length: 3 }, () => "GET /api/chat/chat1/stream"),
  ]);
  report(context, {
    with: "ai 6.0, DefaultChatTransport",
    cuts: 2,
    refusals: 1,
    requests: methodsOf(server),
    called: 1,
    result: "whole",
  });
});

test("streamText: the SDK retries a refusal, a cut answer is an error, and it is not asked for again", async (context) => {
  const server = await startServer();
  server.reply(
    { ...jsonOf({ error: { message: "busy" } }, 503), headers: { "retry-after-ms": "1" } },
    { body: eventsOf(...chunks, "[DONE]"), finish: "hold" },
  );
  const openai = createOpenAI({ apiKey: "k", baseURL: `${server.url}v1`, fetch: testFetch({ handler: "openai" }) });
  const whole = streamText({ model: openai.chat("m"), prompt: "hello" });
  expect(await whole.text).toBe("one two three");
  expect(methodsOf(server)).toBe("POST POST");
  server.otherwise({ body: eventsOf(...chunks.slice(0, 2)), finish: "cut" });
  const cut = streamText({ model: openai.chat("m"), prompt: "hello", onError: () => {} });
  let text = "";
  const failed = rejection(
    (async () => {
      for await (const delta of cut.textStream) text += delta;
    })(),
  );
  // The SDK wraps what broke the body.
  expect(await failed).toMatchObject({ cause: { code: "SSE_STREAM_ENDED" } });
  expect(text).toBe("one two ");
  expect(methodsOf(server)).toBe("POST POST POST");
  report(context, {
    with: "ai 6.0 and @ai-sdk/openai 3.0, chat completion",
    cuts: 1,
    refusals: 1,
    requests: methodsOf(server),
    called: 2,
    result: "one whole, one is an error",
  });
});

test("streamText over responses in the background", async () => {
  const server = await startServer();
  const response = { id: "resp_1", created_at: 1, model: "m", status: "in_progress", background: true, output: [] };
  const item = { type: "message", id: "msg_1", role: "assistant", content: [] };
  const events = [
    { type: "response.created", response },
    { type: "response.output_item.added", output_index: 0, item },
    ...["one ", "two"].map((delta) => ({ type: "response.output_text.delta", item_id: "msg_1", delta })),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { ...response, usage: { input_tokens: 1, output_tokens: 2 } } },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
  server.reply({ body: eventsOf(...events.slice(0, 3)), finish: "cut" }, { body: eventsOf(...events.slice(3)) });
  // The provider has no option for the background: the fetch of a program can ask for it.
  const send = testFetch({ handler: "openai-responses" });
  const fetch: typeof globalThis.fetch = (input, init) =>
    send(input, { ...init, body: JSON.stringify({ ...JSON.parse(init?.body as string), background: true }) });
  const openai = createOpenAI({ apiKey: "k", baseURL: `${server.url}v1`, fetch });
  expect(await streamText({ model: openai.responses("m"), prompt: "hello" }).text).toBe("one two");
  expect(methodsOf(server)).toBe("POST GET");
});

test("no server is a failure that the SDK retries", async () => {
  const server = await startServer();
  await server.close();
  const openai = createOpenAI({ apiKey: "k", baseURL: `${server.url}v1`, fetch: testFetch() });
  const errors: unknown[] = [];
  const { text } = streamText({
    model: openai.chat("m"),
    prompt: "hello",
    maxRetries: 0,
    onError: ({ error }) => void errors.push(error),
  });
  await rejection(text);
  expect(errors).toEqual([
    expect.objectContaining({ isRetryable: true, message: expect.stringContaining("Cannot connect") }),
  ]);
});
