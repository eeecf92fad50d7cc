import { APIConnectionError, APIConnectionTimeoutError, AuthenticationError, OpenAI } from "openai";
import { expect, test } from "vitest";
import { eventsOf, jsonOf, methodsOf, rejection, report, startServer, testFetch } from "./support.js";

const chunks = ["one ", "two ", "three"].map((content, at) => ({
  id: "c1",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content }, finish_reason: at === 2 ? "stop" : null }],
}));
const messages = [{ role: "user" as const, content: "hello" }];

function clientOf(url: string, fetch: typeof globalThis.fetch, maxRetries = 2): OpenAI {
  return new OpenAI({ apiKey: "k", baseURL: `${url}v1`, fetch, maxRetries });
}

test("an answer in the background is taken up: cut twice, refused once, nothing lost, called once", async (context) => {
  const server = await startServer();
  const response = { id: "resp_1", object: "response", status: "in_progress", background: true, output: [] };
  const events = [
    { type: "response.created", response },
    ...["one ", "two ", "three"].map((delta) => ({ type: "response.output_text.delta", item_id: "m1", delta })),
    { type: "response.completed", response: { ...response, status: "completed" } },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
  server.reply(
    { body: eventsOf(...events.slice(0, 2)), finish: "cut" },
    { status: 503 },
    { body: eventsOf(...events.slice(2, 3)), finish: "cut" },
    { body: eventsOf(...events.slice(3)) },
  );
  const client = clientOf(server.url, testFetch({ handler: "openai-responses" }));
  const stream = await client.responses.create({ model: "m", input: "hello", stream: true, background: true });
  const numbers: number[] = [];
  let text = "";
  for await (const event of stream) {
    numbers.push(event.sequence_number);
    if (event.type === "response.output_text.delta") text += event.delta;
  }
  expect([text, numbers]).toEqual(["one two three", [0, 1, 2, 3, 4]]);
  expect(methodsOf(server)).toBe("POST GET GET GET");
  report(context, {
    with: "openai 6.49, responses in the background",
    cuts: 2,
    refusals: 1,
    requests: methodsOf(server),
    called: 1,
    result: "whole",
  });
});

test("a chat completion: the SDK retries a refusal by itself, and the answer is whole", async (context) => {
  const server = await startServer();
  server.reply(
    { ...jsonOf({ error: { message: "busy" } }, 503), headers: { "retry-after-ms": "1" } },
    { body: eventsOf(...chunks, "[DONE]"), finish: "hold" },
  );
  const client = clientOf(server.url, testFetch({ handler: "openai" }));
  let text = "";
  for await (const chunk of await client.chat.completions.create({ model: "m", messages, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? "";
  }
  expect([text, methodsOf(server)]).toEqual(["one two three", "POST POST"]);
  report(context, {
    with: "openai 6.49, chat completion",
    cuts: 0,
    refusals: 1,
    requests: methodsOf(server),
    called: 1,
    result: "whole",
  });
});

test.for([undefined, "openai"] as const)(
  "a chat completion that is cut throws, and is not asked for again (%s)",
  async (handler, context) => {
    const server = await startServer();
    server.otherwise({ body: eventsOf(...chunks.slice(0, 2)), finish: "cut" });
    const client = clientOf(server.url, testFetch({ handler }));
    const stream = await client.chat.completions.create({ model: "m", messages, stream: true });
    let text = "";
    const failed = rejection(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      })(),
    );
    expect(await failed).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect([text, methodsOf(server)]).toEqual(["one two ", "POST"]);
    report(context, {
      with: `openai 6.49, chat completion, ${handler ?? "no handler"}`,
      cuts: 1,
      refusals: 0,
      requests: methodsOf(server),
      called: 1,
      result: "throws SSE_STREAM_ENDED",
    });
  },
);

test("an answer as JSON, a refusal, no server, a time-out and a cancel are what the SDK expects", async () => {
  const server = await startServer();
  server.reply(jsonOf({ choices: [{ message: { content: "hi" } }] }), jsonOf({ error: { message: "no key" } }, 401));
  const client = clientOf(server.url, testFetch({ handler: "openai" }), 0);
  const whole = await client.chat.completions.create({ model: "m", messages });
  expect(whole.choices[0]?.message.content).toBe("hi");
  const refused = await rejection(client.chat.completions.create({ model: "m", messages }));
  expect(refused).toBeInstanceOf(AuthenticationError);
  server.otherwise({ head: false, finish: "hold" });
  const late = await rejection(client.chat.completions.create({ model: "m", messages }, { timeout: 30 }));
  expect(late).toBeInstanceOf(APIConnectionTimeoutError);
  const slow = clientOf(server.url, testFetch({ responseTimeout: 30 }), 0);
  expect(await rejection(slow.chat.completions.create({ model: "m", messages }))).toBeInstanceOf(
    APIConnectionTimeoutError,
  );
  server.otherwise({ body: eventsOf(chunks[0]), finish: "hold" });
  const stream = await client.chat.completions.create({ model: "m", messages, stream: true });
  for await (const _chunk of stream) break;
  await server.idle();
  await server.close();
  const gone = await rejection(client.chat.completions.create({ model: "m", messages }));
  expect(gone).toBeInstanceOf(APIConnectionError);
});

test("a file of a form is uploaded", async () => {
  const server = await startServer();
  server.otherwise(jsonOf({ id: "f1" }));
  const client = clientOf(server.url, testFetch(), 0);
  await client.files.create({ file: new File(["data"], "a.jsonl"), purpose: "batch" });
  expect(server.requests[0]?.text).toContain("data");
});
