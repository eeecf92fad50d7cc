import { EventDecoderStream, EventTooLargeError, type ServerSentEvent } from "sseer";
import { expect, test } from "vitest";

const encoder = new TextEncoder();

function body(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

test("bytes piped through it come out as events", async () => {
  const events: ServerSentEvent[] = [];
  const stream = body("id: 1\nda", "ta: 1\n\ndata: 2\n", "\ndata: half").pipeThrough(new EventDecoderStream());
  for await (const event of stream) events.push(event);
  expect(events).toEqual([
    { event: "message", data: "1", id: "1" },
    { event: "message", data: "2", id: "1" },
  ]);
});

test("a response body can be piped through it", async () => {
  const stream = new Response("data: 1\n\n").body?.pipeThrough(new EventDecoderStream()).getReader();
  expect(await stream?.read()).toEqual({ done: false, value: { event: "message", data: "1", id: "" } });
});

test("an error comes after the events before it, and reaches the writer", async () => {
  const { readable, writable } = new EventDecoderStream({ maxEventSize: 20 });
  const writer = writable.getWriter();
  const closed = expect(writer.closed).rejects.toThrow(EventTooLargeError);
  void writer.write(encoder.encode(`data: 1\n\ndata: 2\n\ndata: ${"x".repeat(50)}\n\n`)).catch(() => {});
  const reader = readable.getReader();
  expect((await reader.read()).value?.data).toBe("1");
  expect((await reader.read()).value?.data).toBe("2");
  await expect(reader.read()).rejects.toThrow(EventTooLargeError);
  await closed;
});

test("cancelling the events cancels the bytes", async () => {
  let reason: unknown = "not cancelled";
  const bytes = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(encoder.encode("data: 1\n\n")),
    cancel: (given) => {
      reason = given;
    },
  });
  const reader = bytes.pipeThrough(new EventDecoderStream()).getReader();
  await reader.read();
  await reader.cancel();
  await expect.poll(() => reason).not.toBe("not cancelled");
});

test("a reader that stops reading stops the source", async () => {
  let pulled = 0;
  const bytes = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(encoder.encode("data: 1\n\n"));
    },
  });
  const reader = bytes.pipeThrough(new EventDecoderStream()).getReader();
  await reader.read();
  // One turn of the event loop settles every promise that could still move a chunk.
  await new Promise((resolve) => setImmediate(resolve));
  expect(pulled).toBeLessThan(6);
});
