import { inspect } from "node:util";
import type { ServerSentEvent } from "sseer";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import type { SseEvent, SseLoss, SseProtocolHandler, SseVerdict } from "../../src/sse/index.js";
import { cuts } from "../handlers/support.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, silent, startServer, take, within } from "./support.js";

/** A protocol with everything: each event's data is the verdict on it. */
const speaking: SseProtocolHandler = {
  classifyEvent: ({ data }) => (/^[a-z]$/.test(data) ? "data" : "system"),
  judgeEvent: ({ data }) => {
    if (data === "[DONE]") return "end";
    if (data === "bye") return "reconnect";
    if (data === "busy") return { error: "busy", retryable: true };
    if (data.startsWith("dropped")) return { lost: Number(data.slice(8)) || "unknown" };
    return data === "broken" ? { error: "broken" } : undefined;
  },
};

describe("end", () => {
  test("the stream ends exactly there: the sentinel is delivered, nothing after it is, the socket is closed, and nobody reconnects", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\ndata: [DONE]\n\ndata: b\n\n", finish: "hold" });
    const connection = open({ url: server.url, reconnect: prompt }, speaking);
    const events: SseEvent[] = [];
    for await (const event of connection) events.push(event);
    expect(events.map(({ data, kind }) => [data, kind])).toEqual([
      ["a", "data"],
      ["[DONE]", "system"],
    ]);
    await server.idle();
    expect(server.requests).toHaveLength(1);
    expect(connection.handle.state).toEqual({ status: "closed", error: undefined });
  });

  test("wherever the sentinel is cut", async () => {
    const server = await startServer();
    const body = "data: a\n\ndata: [DONE]\n\ndata: b\n\n";
    for (let cut = 1; cut < body.length; cut += 1) {
      server.reply({ body: [body.slice(0, cut), { delay: 1 }, body.slice(cut)], finish: "hold" });
      expect(await within(drain(open(server.url, speaking)), `cut at ${cut}`)).toEqual(["a", "[DONE]"]);
    }
  });

  test("a slow consumer gets all that came before it", async () => {
    const server = await startServer();
    const all = ["a", "b", "c", "d", "e", "f", "[DONE]"];
    server.otherwise({ body: all.map((data) => `data: ${data}\n\n`).join("") });
    const connection = open({ url: server.url, eventCapacity: 2 }, speaking);
    await server.idle();
    expect(await drain(connection)).toEqual(all);
  });

  test("onDisconnect hears of no error, once, when the sentinel was handed over", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: [DONE]\n\n", finish: "hold" });
    const heard: unknown[] = [];
    const handler = { ...speaking, onDisconnect: (error?: unknown) => void heard.push("disconnect", error) };
    for await (const { data } of open(server.url, handler)) heard.push(data);
    expect(heard).toEqual(["[DONE]", "disconnect", undefined]);
  });

  test.each<[string, SseProtocolHandler, string[]]>([
    ["a comment", { ...speaking, judgeComment: (text) => (text === "over" ? "end" : undefined) }, ["a"]],
    ["a response", { ...speaking, judgeResponse: ({ headers }) => (headers.has("x-over") ? "end" : undefined) }, []],
    ["the end of the body", { ...speaking, judgeEnd: () => "end" }, ["a", "b"]],
  ])("may be %s", async (_what, handler, expected) => {
    const server = await startServer();
    server.otherwise({ headers: { "x-over": "1" }, body: "data: a\n\n: over\n\ndata: b\n\n" });
    expect(await within(drain(open({ url: server.url, reconnect: prompt }, handler)), "the end")).toEqual(expected);
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });
});

describe("error", () => {
  test("is fatal: the events before it and the one that told of it are delivered, then the loop throws", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\ndata: broken\n\ndata: b\n\n", finish: "hold" });
    const connection = open({ url: server.url, reconnect: prompt }, speaking);
    expect(await take(connection, 2)).toMatchObject([{ data: "a" }, { data: "broken", kind: "system" }]);
    const error = await rejection(connection.stream.next());
    expect(error).toMatchObject({
      code: "SSE_STREAM_ENDED",
      message: "the stream ended with an error: broken",
      details: { clean: false, reason: "broken" },
      retryable: false,
    });
    await server.idle();
    expect(server.requests).toHaveLength(1);
    expect(connection.handle.state).toEqual({ status: "closed", error });
  });

  test("that is retryable reconnects, resumes and is the reason told", async () => {
    const server = await startServer();
    server.reply(
      { body: "id: 1\ndata: a\n\ndata: busy\n\ndata: b\n\n", finish: "hold" },
      { body: "data: c\n\n", finish: "hold" },
    );
    const heard: unknown[] = [];
    const handler = { ...speaking, onDisconnect: (error?: unknown) => void heard.push(error) };
    const connection = open({ url: server.url, reconnect: prompt }, handler);
    expect((await take(connection, 3)).map(({ data }) => data)).toEqual(["a", "busy", "c"]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1"]);
    expect(heard).toMatchObject([{ code: "SSE_STREAM_ENDED", details: { reason: "busy" }, retryable: true }]);
    expect(connection.handle.stats.reconnectReasons).toEqual({ SSE_STREAM_ENDED: 1 });
  });

  test("counts as a failure where nothing but greetings came with it, so that attempts are used up", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: welcome\n\ndata: busy\n\n" });
    const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 2 } }, speaking);
    expect(await within(rejection(drain(connection)), "the error")).toMatchObject({
      code: "MAX_RECONNECT_ATTEMPTS",
      cause: { details: { reason: "busy" } },
    });
    expect(server.requests).toHaveLength(3);
  });

  test("shouldRetry has the last word, but not where a request may not be sent again", async () => {
    const server = await startServer();
    server.reply({ body: "data: broken\n\n" }, { body: "data: [DONE]\n\n" });
    const handler: SseProtocolHandler = { ...speaking, shouldRetry: () => true };
    expect(await drain(open({ url: server.url, reconnect: prompt }, handler))).toEqual(["broken", "[DONE]"]);
    server.otherwise({ body: "data: busy\n\n" });
    const post = open({ url: server.url, method: "POST", reconnect: prompt }, handler);
    expect(await rejection(drain(post))).toMatchObject({ details: { reason: "busy" }, retryable: false });
    expect(server.requests).toHaveLength(3);
  });

  test("may be that the server ended the body too early", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n" });
    const connection = open(server.url, { ...speaking, judgeEnd: () => ({ error: "no [DONE] came" }) });
    await take(connection, 1);
    expect(await rejection(connection.stream.next())).toMatchObject({
      code: "SSE_STREAM_ENDED",
      details: { clean: true, reason: "no [DONE] came" },
    });
  });
});

describe("an error's details", () => {
  test("have the server's number, type and message; the message is printed nowhere", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n" });
    const verdict: SseVerdict = { error: "busy", code: 429, type: "rate_limit", message: "your key planted is busy" };
    const error = await rejection(drain(open(server.url, { ...speaking, judgeEvent: () => verdict })));
    if (!TransportError.is(error, "SSE_STREAM_ENDED")) throw error;
    expect(error.details).toEqual({ clean: false, reason: "busy", code: 429, type: "rate_limit" });
    expect(error.details.message).toBe("your key planted is busy");
    const shown = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error) + String(error);
    expect(shown).not.toContain("planted");
  });
});

describe("judgeEnd", () => {
  const rests: unknown[] = [];
  const judging = (verdict: (rest: ServerSentEvent | undefined) => SseVerdict | undefined): SseProtocolHandler => ({
    classifyEvent: ({ data }) => (data === "last" ? "system" : "data"),
    judgeEnd: (rest) => (rests.push(rest), verdict(rest)),
  });

  test.each([
    ["data: last", { event: "message", data: "last", id: "1" }],
    ["data: last\n", { event: "message", data: "last", id: "1" }],
    ["data: last\r", { event: "message", data: "last", id: "1" }],
    ["data: last\r\n", { event: "message", data: "last", id: "1" }],
    ["event: e\ndata: last\nid: 2", { event: "e", data: "last", id: "2" }],
    ["data: la\ndata: st\n", { event: "message", data: "la\nst", id: "1" }],
    ["data: last\n: comment\nretry: 7", { event: "message", data: "last", id: "1" }],
  ])("is shown the last event where its blank line is missing (%j), and takes it with the end", async (last, rest) => {
    const server = await startServer();
    const comments: string[] = [];
    for (const [before, after] of cuts(`id: 1\ndata: a\n\n${last}`, 3)) {
      server.reply({ body: [before, { delay: 1 }, after] });
      const handler = { ...judging(() => "end"), onComment: (text: string) => void comments.push(text) };
      const connection = open({ url: server.url, reconnect: prompt }, handler);
      const events: SseEvent[] = [];
      for await (const event of connection) events.push(event);
      expect(events).toEqual([
        { event: "message", data: "a", id: "1", kind: "data" },
        { ...rest, ...(last.includes("retry") && { retry: 7 }), kind: rest.data === "last" ? "system" : "data" },
      ]);
      expect([connection.handle.lastEventId, connection.handle.stats.events]).toEqual([rest.id, 2]);
    }
    expect(new Set(comments)).toEqual(new Set(last.includes("comment") ? ["comment"] : []));
  });

  test.each(["", "event: e\n", "id: 2", ": comment", "retry: 5"])(
    "is shown no event where there is none (%j)",
    async (last) => {
      const server = await startServer();
      server.otherwise({ body: `data: a\n\n${last}` });
      rests.length = 0;
      expect(
        await drain(
          open(
            server.url,
            judging(() => "end"),
          ),
        ),
      ).toEqual(["a"]);
      expect(rests).toEqual([undefined]);
    },
  );

  test.each([
    ["nothing", undefined],
    ["reconnect", "reconnect"],
    ["an error that is retried", { error: "mine", retryable: true }],
  ] as const)(
    "leaves it discarded with the verdict %s, and its id, and an unfinished retry line",
    async (_what, verdict) => {
      const server = await startServer();
      server.reply(
        { body: "id: 1\ndata: a\n\nid: 2\ndata: half\nretry: 60000" },
        { body: "data: b\n\n", finish: "hold" },
      );
      const connection = open(
        { url: server.url, reconnect: prompt },
        judging(() => verdict),
      );
      expect((await within(take(connection, 2), "two events")).map(({ data }) => data)).toEqual(["a", "b"]);
      expect(server.requests[1]?.lastEventId).toBe("1");
    },
  );

  test("is not asked where the connection broke", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\ndata: half", finish: "cut" });
    rests.length = 0;
    const connection = open(
      { url: server.url, reconnect: false },
      judging(() => "end"),
    );
    expect(await rejection(drain(connection))).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false } });
    expect(rests).toEqual([]);
  });

  test.each(["judgeEnd", "classifyEvent"])("is not delivered where %s closes the connection", async (closing) => {
    const server = await startServer();
    server.otherwise({ body: "data: last" });
    const asked: string[] = [];
    const ask = (name: string): void => {
      asked.push(name);
      if (name === closing) void connection.close();
    };
    const connection = open(server.url, {
      classifyEvent: () => (ask("classifyEvent"), "data"),
      judgeEnd: () => (ask("judgeEnd"), "end"),
    });
    expect(await drain(connection)).toEqual([]);
    expect(connection.handle.stats.events).toBe(0);
    expect(asked).toEqual(closing === "judgeEnd" ? ["judgeEnd"] : ["judgeEnd", "classifyEvent"]);
  });

  test("takes it with the cursor in its data", async () => {
    const server = await startServer();
    server.otherwise({ body: "id: 1\ndata: a\n\nid: 2\ndata: last" });
    const connection = open(server.url, { ...judging(() => "end"), cursor: { read: ({ data }) => `cursor-${data}` } });
    expect((await take(connection, 2)).map(({ id }) => id)).toEqual(["cursor-a", "cursor-last"]);
  });
});

describe("judgeLine", () => {
  test("judges lines that the standard ignores, in wire order, also the unfinished last one", async () => {
    const server = await startServer();
    server.otherwise({ body: 'data: a\n\nerror: {"code":1}\n\ndata: [DONE]x\n\n{"last":1}' });
    const heard: string[] = [];
    const handler: SseProtocolHandler = {
      ...speaking,
      classifyEvent: ({ data }) => (heard.push(data), "data"),
      judgeLine: (line) => void heard.push(`? ${line}`),
    };
    expect(await drain(open({ url: server.url, reconnect: false }, handler))).toEqual(["a", "[DONE]x"]);
    expect(heard).toEqual(["a", '? error: {"code":1}', "[DONE]x", '? {"last":1}']);
  });

  test.each(["end", "cut"] as const)(
    "ends the stream there by its verdict, though the server %ss it later",
    async (finish) => {
      const server = await startServer();
      server.otherwise({ body: "data: a\n\nover\ndata: b\n\n", finish });
      expect(await drain(open(server.url, { ...speaking, judgeLine: () => "end" }))).toEqual(["a"]);
      const connection = open(server.url, { ...speaking, judgeLine: () => ({ error: "mine", code: "7" }) });
      await take(connection, 1);
      expect(await rejection(connection.stream.next())).toMatchObject({ details: { reason: "mine", code: "7" } });
    },
  );

  test("ends the stream at the unfinished last line: judgeEnd is not asked any more", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\nover" });
    const judgeEnd = (): undefined => expect.unreachable();
    expect(await drain(open(server.url, { ...speaking, judgeLine: () => "end", judgeEnd }))).toEqual(["a"]);
  });

  test("an unfinished line of a connection that broke is not judged", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\nover", finish: "cut" });
    const connection = open({ url: server.url, reconnect: false }, { ...speaking, judgeLine: () => "end" });
    expect(await rejection(drain(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
  });
});

describe("reconnect", () => {
  test("a planned close is followed promptly, whatever the policy waits, and is no failure", async () => {
    const server = await startServer();
    server.reply(
      { body: "id: 1\ndata: a\n\ndata: bye\n\ndata: never\n\n", finish: "hold" },
      { body: "id: 2\ndata: b\n\ndata: bye\n\n", finish: "hold" },
      { body: "data: c\n\n", finish: "hold" },
    );
    const reconnect = { initialDelay: 3_600_000, maxDelay: 3_600_000, maxAttempts: 0 };
    const connection = open({ url: server.url, reconnect }, speaking);
    const data = (await within(take(connection, 5), "five events")).map((event) => event.data);
    expect(data).toEqual(["a", "bye", "b", "bye", "c"]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1", "2"]);
  });

  test("one that brought nothing but greetings uses attempts up as any other end", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: welcome\n\ndata: bye\n\n" });
    const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 1 } }, speaking);
    expect(await within(rejection(drain(connection)), "the error")).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS" });
    expect(server.requests).toHaveLength(2);
  });

  test("with reconnect: false, and where nothing may be sent again, the stream just ends", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\ndata: bye\n\n", finish: "hold" });
    expect(await drain(open({ url: server.url, reconnect: false }, speaking))).toEqual(["a", "bye"]);
    expect(await drain(open({ url: server.url, method: "POST" }, speaking))).toEqual(["a", "bye"]);
    expect(server.requests).toHaveLength(2);
  });
});

describe("lost", () => {
  test("is counted, logged and told, and the stream goes on", async () => {
    const server = await startServer();
    server.otherwise({
      body: "data: a\n\ndata: dropped 7\n\n: you are reading too slowly, dropped 30 messages\n\ndata: dropped\n\ndata: [DONE]\n\n",
    });
    const losses: SseLoss[] = [];
    const warnings: unknown[] = [];
    const logger = { ...silent, warn: (...entry: unknown[]) => warnings.push(entry) };
    const connection = open(
      { url: server.url, logger },
      {
        ...speaking,
        judgeComment: (text) => {
          const dropped = /dropped (\d+) messages/.exec(text);
          return dropped === null ? undefined : { lost: Number(dropped[1]) };
        },
        onLoss: (lost) => void losses.push(lost),
      },
    );
    expect(await drain(connection)).toEqual(["a", "dropped 7", "dropped", "[DONE]"]);
    expect(losses).toEqual([7, 30, "unknown"]);
    expect(connection.handle.stats.lost).toBe(38);
    expect(warnings).toMatchObject(losses.map((lost) => [{ lost }, "events were lost"]));
  });

  test("a comment that is judged is still told to onComment", async () => {
    const server = await startServer();
    server.otherwise({ body: ": a\n\n: b\n\ndata: [DONE]\n\n" });
    const comments: string[] = [];
    const handler = {
      ...speaking,
      judgeComment: () => ({ lost: 1 }),
      onComment: (text: string) => comments.push(text),
    };
    const connection = open(server.url, handler);
    await drain(connection);
    expect([comments, connection.handle.stats.lost]).toEqual([["a", "b"], 2]);
  });
});

describe("a verdict that is none is HANDLER", () => {
  test.each([
    true,
    "END",
    "",
    null,
    {},
    { lost: 0 },
    { lost: 1.5 },
    { lost: -1 },
    { error: 1 },
    { error: "mine", code: {} },
    { error: "mine", type: 1 },
    { error: "mine", message: 1 },
    Promise.resolve("end"),
  ])("%o", async (verdict) => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n", finish: "hold" });
    const handler = { classifyEvent: () => "data", judgeEvent: () => verdict } as unknown as SseProtocolHandler;
    expect(await within(rejection(drain(open(server.url, handler))), "the error")).toMatchObject({
      code: "HANDLER",
      details: { hook: "judgeEvent" },
      cause: { message: expect.stringMatching(/^it returned .*; it takes "end", "reconnect", \{ error/) },
    });
    await server.idle();
  });

  test.each(["judgeEvent", "judgeComment", "judgeLine", "judgeEmpty", "judgeResponse", "judgeEnd"])(
    "%s that throws",
    async (hook) => {
      const server = await startServer();
      server.otherwise({ body: ": comment\nunknown\nevent: e\n\ndata: a\n\n" });
      const handler = {
        classifyEvent: () => "data",
        [hook]: () => {
          throw new Error("mine");
        },
      } as SseProtocolHandler;
      const error = await within(rejection(drain(open({ url: server.url, reconnect: prompt }, handler))), "the error");
      expect(error).toMatchObject({ code: "HANDLER", details: { hook }, cause: { message: "mine" } });
      await server.idle();
      expect(server.requests).toHaveLength(1);
    },
  );
});

test.each(["classifyEvent", "judgeEvent"] as const)("a %s that closes is heeded before any verdict", async (hook) => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n", finish: "hold" });
  const asked: string[] = [];
  const ask = (name: string): void => {
    asked.push(name);
    if (name === hook) void connection.close();
  };
  const handler: SseProtocolHandler = {
    classifyEvent: () => (ask("classifyEvent"), "data"),
    judgeEvent: () => (ask("judgeEvent"), "reconnect"),
  };
  const connection = open({ url: server.url, reconnect: prompt }, handler);
  expect(await drain(connection)).toEqual([]);
  await server.idle();
  expect(server.requests).toHaveLength(1);
  expect(connection.handle.stats.events).toBe(0);
  expect(asked).toEqual(hook === "classifyEvent" ? ["classifyEvent"] : ["classifyEvent", "judgeEvent"]);
});

test.each<SseVerdict>(["end", { error: "mine" }])(
  "a handle.reconnect() inside a hook is heeded before the verdict %o",
  async (verdict) => {
    const server = await startServer();
    server.reply({ body: "id: 1\ndata: a\n\n", finish: "hold" }, { body: "data: [DONE]\n\n", finish: "hold" });
    const connection = open(
      { url: server.url, reconnect: prompt },
      {
        ...speaking,
        judgeEvent: ({ data }) => {
          if (data === "[DONE]") return "end";
          void connection.handle.reconnect();
          return verdict;
        },
      },
    );
    expect(await within(drain(connection), "the end")).toEqual(["[DONE]"]);
    expect(server.requests).toHaveLength(2);
  },
);

test('"skip": an event that came before is not delivered, and of other hooks it means nothing', async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", finish: "cut" },
    { body: ": c\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n" },
  );
  const seen = new Set<string>();
  const handler: SseProtocolHandler = {
    judgeEvent: ({ id }) => (seen.has(id) ? "skip" : (seen.add(id), undefined)),
    judgeComment: () => "skip",
    judgeResponse: () => "skip",
    judgeEnd: () => "end",
  };
  const connection = open({ url: server.url, reconnect: prompt }, handler);
  expect(await drain(connection)).toEqual(["a", "b", "c"]);
  expect(connection.handle.stats.events).toBe(3);
});
