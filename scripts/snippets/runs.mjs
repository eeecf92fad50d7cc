// For each file of docs/snippets: how the mock answers each path, request by request, and what the program prints.
// `requests`, where it matters, is all that the server was asked: method, path and Last-Event-ID.

const delta = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const text = (value) => `event: content_block_delta\ndata: ${JSON.stringify({ delta: { text: value } })}\n\n`;
/** An event of OpenAI's Responses API. */
const part = (sequence_number, name, more) => {
  const type = `response.${name}`;
  return `retry: 20\nevent: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...more })}\n\n`;
};
const result = JSON.stringify({ jsonrpc: "2.0", id: 1, result: { content: [] } });

const cut = { body: "retry: 20\nid: 1\nevent: trade\ndata: a\n\nid: 2\ndata: b", finish: "cut" };
const rest = { body: "id: 2\nevent: trade\ndata: last\n\n" };
/** As a server does that is away for a moment. */
const away = { status: 503 };

/** The browser that fetch-event-source takes for granted. */
const browser =
  "globalThis.window=globalThis;globalThis.document={hidden:false,addEventListener(){},removeEventListener(){}}";

/** Answers JSON-RPC calls by their method, as long as the connection lives; what follows an answer is sent after it. */
const rpc = (answers) => async (connection) => {
  for await (const message of connection) {
    const { id, method } = message.json();
    const [answer, ...more] = answers[method];
    await connection.sendJson({ jsonrpc: "2.0", id, ...answer });
    for (const each of more) await connection.sendJson(each);
  }
};
const head = { subscription: "0x9", result: { number: "0x11" } };
const ethereum = rpc({
  eth_blockNumber: [{ result: "0x10" }],
  eth_sendRawTransaction: [{ error: { code: -32_000, message: "nonce too low" } }],
  eth_subscribe: [{ result: "0x9" }, { jsonrpc: "2.0", method: "eth_subscription", params: head }],
  eth_unsubscribe: [{ result: true }],
});
/** Acknowledges every symbol, then sends a message for each. */
const kraken = async (connection) => {
  for await (const message of connection) {
    const { method, params, req_id } = message.json();
    const { channel, symbol } = params;
    for (const each of symbol)
      await connection.sendJson({ method, req_id, success: true, result: { channel, symbol: each } });
    for (const each of symbol)
      await connection.sendJson({ channel, type: "update", data: [{ symbol: each, last: 1.5 }] });
  }
};
const trade = (stream, p) => ({ json: { stream, data: { e: "trade", s: "BTCUSDT", p } } });

export const runs = {
  "exchange/feed.ts": {
    answers: { "/trades": [{ body: "id: 42\nevent: trade\ndata: 1\n\nid: 43\nevent: trade\ndata: 2\n\n" }] },
    prints: "trade 1\nsaved 42\ntrade 2\nsaved 43\n",
    requests: ["GET /trades 41", "GET /trades 43"],
  },
  "exchange/minute.ts": {
    answers: { "/trades": [{ body: "id: 42\nevent: trade\ndata: 1\n\nid: 43\nevent: trade\ndata: 2\n\n" }] },
    prints: "trade 1\nsaved 42\ntrade 2\nsaved 43\n",
  },
  "exchange/save.ts": {
    answers: { "/fills": [{ body: "id: 7\ndata: x\n\nid: 8\ndata: y\n\n" }] },
    prints: "booked 7 x\nbooked 8 y\n",
  },
  "durable/file.ts": {
    answers: { "/fills": [{ body: "id: 7\ndata: x\n\nid: 8\ndata: y\n\n" }] },
    prints: "booked 7 x\nbooked 8 y\n",
  },
  "durable/memory.ts": {
    answers: {
      "/prices": [
        { body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n", finish: "hold" },
        { body: "id: 2\ndata: b\n\nid: 3\ndata: c\n\n", finish: "hold" },
      ],
    },
    prints: "1 1 a\n2 2 b\n2 2 b\n3 3 c\n",
    requests: ["GET /prices", "GET /prices 1"],
  },
  "durable/workers.ts": {
    answers: { "/orders": [{ body: "id: 1\ndata: long\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n" }] },
    prints: "saved up to 3\n",
  },
  "durable/gaps.ts": {
    answers: {
      "/book": [
        {
          body: ["1,2", "3,5", "8,9"]
            .map((range) => range.split(","))
            .map(([from, to]) => `id: ${to}\nevent: BTC\ndata: {"from":${from},"to":${to}}\n\n`)
            .join(""),
        },
      ],
    },
    prints: '{"from":1,"to":2}\n{"from":3,"to":5}\nlost 2 BTC 5 -> 8\n{"from":8,"to":9}\n',
  },
  "exchange/errors.ts": {
    answers: { "/trades": [{ body: "retry: 20\ndata: a\n\n" }, { status: 403, body: "no such key" }] },
    prints: "a\nrefused: 403 no such key\n",
  },
  "exchange/slow.ts": {
    answers: { "/ticks": [{ body: "data: 1\n\ndata: 2\n\ndata: 3\n\n" }] },
    prints: "3 ticks, the newest: 3 dropped: 0\n",
  },
  "exchange/token.ts": {
    answers: { "/orders": [{ status: 401 }, { body: "data: filled\n\n" }] },
    prints: "filled\n",
    requests: ["GET /orders", "GET /orders", "GET /orders"],
  },
  "exchange/signed.ts": { answers: { "/orders": [{ body: "data: filled\n\n" }] }, prints: "filled\n" },
  "exchange/broker.ts": {
    answers: {
      "/fills": [{ body: "retry: 20\n: dropped 3 messages\nid: 5\ndata: a\n\nevent: maintenance\ndata: b\n\n" }],
    },
    prints: "a\nb\n",
    requests: ["GET /fills", "GET /fills?since_id=5"],
  },
  "exchange/json.ts": {
    answers: { "/prices": [{ body: 'id: 1\ndata: {"price": 1.5}\n\nid: 2\ndata: {"price": 2}\n\n' }] },
    prints: "1 1.50\n2 2.00\n",
  },

  "websocket/feed.ts": {
    sockets: {
      "/stream": [
        {
          steps: [{ receive: 1 }, { json: { result: null, id: 1 } }, trade("btcusdt@trade", "1.50")],
          finish: "reset",
        },
        {
          steps: [{ receive: 1 }, { json: { result: null, id: 2 } }, trade("btcusdt@trade", "1.60")],
          finish: "hold",
        },
      ],
    },
    prints: "btcusdt@trade 1.50\nmissing before this one: reconnect unknown\nbtcusdt@trade 1.60\n",
    endless: true,
  },
  "websocket/request.ts": {
    sockets: { "/rpc": ethereum },
    prints: "0x10\nthe server refused it: -32000\n0x11\n",
  },
  "websocket/handler.ts": {
    sockets: {
      "/private": {
        steps: [
          { receive: 1 },
          { json: { login: true } },
          { receive: 1 },
          { json: { id: 2, ok: true } },
          { json: { topic: "orders", data: "filled" } },
        ],
        finish: "hold",
      },
    },
    prints: "filled\n",
  },
  "websocket/plain.ts": {
    sockets: { "/echo": [{ status: 401 }, { steps: [{ receive: 1 }, "hello"], finish: "hold" }] },
    prints: "hello\n",
  },
  "websocket/slow.ts": { sockets: { "/v2": kraken }, prints: /^ticker:BTC\/USD(, ticker:ETH\/USD)?\nbook:BTC\/USD\n$/ },

  "llm/answer.ts": {
    answers: { "/v1/chat/completions": [{ body: `${delta("Hello")}${delta(" there")}data: [DONE]\n\n` }] },
    prints: "Hello there",
    requests: ["POST /v1/chat/completions"],
  },
  "llm/cancel.ts": {
    answers: { "/v1/messages": [away, { body: `${text("Hel")}${text("lo")}event: message_stop\ndata: {}\n\n` }] },
    prints: "Hello\n",
    requests: ["POST /v1/messages", "POST /v1/messages"],
  },
  "llm/mcp.ts": {
    answers: {
      "/mcp": [{ body: "id: e0\nretry: 20\ndata: \n\n" }, { body: `id: e1\ndata: ${result}\n\n`, finish: "hold" }],
    },
    prints: `${result}\n2 requests\n`,
    requests: ["POST /mcp", "GET /mcp e0"],
  },
  "llm/fetch.ts": {
    answers: {
      "/v1/responses": [
        {
          body: part(0, "created", { response: { id: "r1" } }) + part(1, "output_text.delta", { delta: "Hel" }),
          finish: "cut",
        },
      ],
      "/v1/responses/r1": [away, { body: part(2, "output_text.delta", { delta: "lo" }) + part(3, "completed", {}) }],
    },
    prints: "Hello",
    requests: [
      "POST /v1/responses",
      "GET /v1/responses/r1?stream=true&starting_after=1",
      "GET /v1/responses/r1?stream=true&starting_after=1",
    ],
  },
  "llm/resume.ts": {
    answers: {
      "/threads/t1/runs/stream": [
        {
          headers: { "content-location": "/threads/t1/runs/r1" },
          body: "retry: 20\nid: 1\nevent: custom\ndata: a\n\n",
          finish: "cut",
        },
      ],
      "/threads/t1/runs/r1/stream": [{ body: "id: 2\nevent: custom\ndata: b\n\n" }],
    },
    prints: "1 a\n2 b\n",
    requests: ["POST /threads/t1/runs/stream", "GET /threads/t1/runs/r1/stream 1"],
  },

  "relay/start.sh": {
    answers: { "/fills": [{ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n" }] },
    prints:
      /^relaying 1 source into sqlite:\S+relay\.db\n.* reconnecting .*\nstopped: 2 events relayed\n2 events, 1 source: lost 0, doubled 0, no gap marked\n$/,
    requests: ["GET /fills", "GET /fills 2"],
  },
  "relay/status.sh": {
    answers: { "/fills": [{ body: "id: 7\ndata: a\n\n", finish: "hold" }], "/gone": [{ status: 404 }] },
    prints:
      /: ready, 2 sources, log sqlite:\S+\n.*\nfills +flowing .* 1 +7 +0\nlegacy +failed .*the server answered 404/,
    endless: true,
  },
  "relay/program.ts": {
    answers: { "/fills": [{ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n" }] },
    prints: "ended 2\n{ events: 2, lost: 0, doubled: 0, gaps: 0 }\n",
  },
  "relay/read.ts": {
    answers: { "/fills": [{ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 4\ndata: d\n\n" }] },
    prints: 'fills 1 a\nfills 2 b\nfills gap {"lost":1,"found":"ids"}\nfills 4 d\nread up to 4\n',
  },
  "relay/serve.sh": {
    answers: { "/fills": [{ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n" }] },
    prints: /^\{"event":"message","data":"a","id":"1\.[^"]+"\}\n\{"event":"message","data":"b","id":"2\./m,
    endless: true,
  },
  "relay/serve.ts": {
    answers: { "/fills": [{ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n" }] },
    prints: "a\nb\n",
  },

  "eventsource/drop-in.ts": {
    answers: { "/events": [{ body: "retry: 20\ndata: a\n\n" }] },
    prints: "message a \nfalse SSE_STREAM_ENDED the server ended the stream\ntrue undefined undefined\n",
  },
  "eventsource/close.ts": {
    answers: { "/events": [cut, rest] },
    prints:
      "1 a\nfalse SSE_STREAM_ENDED the stream broke off: the connection ended before the response was whole\n2 last\n",
  },
  "eventsource/loop.ts": { answers: { "/events": [cut, rest] }, prints: "trade a 1\ntrade last 2\n" },

  "operator/websocket.sh": {
    sockets: { "/rpc": ethereum, "/v2": kraken },
    prints:
      /^\{"jsonrpc":"2\.0","id":1,"result":"0x10"\}\n\{"kind":"system".*\}\n\{"kind":"update","topic":"ticker:BTC\/USD".*\}\n$/,
  },
  "operator/follow.sh": {
    answers: {
      "/events": [
        { body: "id: 1\nevent: trade\ndata: 5\n\n" },
        { status: 204 },
        {
          body: 'event: quote\ndata: 0\n\nid: 7\nevent: trade\ndata: {"price":1.5}\n\nevent: trade\ndata: {}\n\n',
          finish: "hold",
        },
      ],
    },
    prints:
      /^\{"event":"trade","data":"5","id":"1"\}$[^]*^\{"event":"trade","data":"\{\\"price\\":1.5\}","id":"7","json":\{"price":1.5\}\}$/m,
    endless: true,
  },
  "operator/curl.sh": {
    answers: {
      "/trades": [{ body: "id: 42\ndata: a\n\n" }],
      "/v1/chat/completions": [{ body: `${delta("Hi")}data: [DONE]\n\n` }],
    },
    prints: /"id":"42"[^]*Hi[^]*"data":"\[DONE\]"/,
    requests: ["GET /trades 41", "GET /trades 42", "POST /v1/chat/completions"],
  },
  "operator/copied.sh": {
    answers: { "/trades": [{ body: "id: 42\ndata: a\n\n", finish: "hold" }] },
    prints: /"id":"42"/,
    requests: ["GET /trades?v=[2]"],
  },
  "operator/text.sh": {
    answers: { "/v1/chat/completions": [{ body: `${delta("Hello")}${delta(" there")}data: [DONE]\n\n` }] },
    prints: /^Hello there\n/,
  },
  "operator/signed.sh": { answers: { "/orders": [{ body: "data: filled\n\n" }] }, prints: /"data":"filled"/ },
  "operator/doctor.sh": {
    answers: { "/events": [{ status: 404 }] },
    prints: /nothing at this address[^]*^exit code 1$/m,
  },
  "operator/report.sh": {
    answers: { "/events": [{ status: 404, body: "no such stream" }] },
    prints: /The server says: no such stream[^]*^exit code 1$/m,
  },
  "operator/record.sh": {
    answers: { "/events": [{ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", finish: "hold" }] },
    prints: /^http:\/\/127\.0\.0\.1:\d+\/$/m,
    endless: true,
  },

  "telemetry/logger.ts": {
    answers: { "/events": [{ body: "retry: 20\ndata: a\n\n" }] },
    prints:
      /^connected \{"status":200,"attempt":1,"origin":"http:\/\/127.0.0.1:\d+","path":"\/events"\}\na\nreconnecting \{"attempt":1,"delay":\d+,"reason":"SSE_STREAM_ENDED","message":"the server ended the stream","origin":"http:\/\/127.0.0.1:\d+","path":"\/events"\}\nclosed \{"origin":"http:\/\/127.0.0.1:\d+","path":"\/events"\}\n$/,
  },
  "telemetry/stats.ts": {
    answers: { "/events": [{ body: "retry: 20\ndata: a\n\n" }, away] },
    prints:
      /^a\n\{\n  attempts: 3,\n  reconnects: 0,\n  reconnectReasons: \{ SSE_STREAM_ENDED: 1, SSE_INVALID_STATUS: 1 \},\n  events: 1,\n  lost: 0,\n  dropped: 0\n\}\n$/,
  },
  "telemetry/channel.ts": {
    answers: { "/events": [{ body: "retry: 20\ndata: a\n\n" }] },
    prints: "a\nGET /events SSE_STREAM_ENDED\nGET /events undefined\n",
  },
  "telemetry/otel.ts": { answers: { "/events": [{ body: "data: a\n\n" }] }, prints: "a\n" },

  "reliability/states.ts": {
    answers: { "/events": [{ body: "data: a\n\n" }, away, away] },
    prints:
      "connecting\nconnected\na\nagain in 100 ms, attempt 1 SSE_STREAM_ENDED\nconnecting\nagain in 100 ms, attempt 2 SSE_INVALID_STATUS\nconnecting\nagain in 200 ms, attempt 3 SSE_INVALID_STATUS\nconnecting\nclosed \n",
  },

  // Node 20 says that its mock timers are experimental.
  "testing/clock.ts": { prints: /^(?:\(.*\n)*a\nb\n$/ },
  "testing/fetch.ts": { prints: "a\n" },
  "testing/mock.ts": { prints: "a b\n[ undefined, '1', '1' ]\n" },
  "testing/websocket.ts": { prints: "hello back again\n[ 'hello' ] []\n" },
  "testing/faults.ts": { prints: "1 a\n2 b\n3 c\n1 1 1\n" },
  "testing/ledger.ts": { prints: "100 0 0\n" },

  "migrating/eventsource-before.ts": {
    answers: { "/events": [{ body: cut.body, finish: "hold" }] },
    prints: "1 a\n",
    endless: true,
  },
  "migrating/eventsource-after.ts": {
    answers: { "/events": [cut, rest] },
    prints: "1 a\n2 last\nover undefined undefined\n",
  },
  "migrating/eventsource-client-before.ts": {
    answers: { "/events": [cut, rest] },
    prints: "trade a 1\nagain in 20\ntrade last 2\n",
    requests: ["GET /events 41", "GET /events 1"],
  },
  "migrating/eventsource-client-after.ts": {
    answers: { "/events": [cut, rest] },
    prints: /^trade a 1\nagain in 2\d\ntrade last 2\n$/,
    requests: ["GET /events 41", "GET /events 1"],
  },
  "migrating/fetch-event-source-before.ts": {
    answers: { "/answer": [{ body: "data: because\n\nevent: done\ndata:\n\n", finish: "hold" }] },
    prints: "because\n",
    preload: [browser],
  },
  "migrating/fetch-event-source-after.ts": {
    answers: { "/answer": [{ body: "data: because\n\nevent: done\ndata:\n\n", finish: "hold" }] },
    prints: "because\n",
  },
  "migrating/launchdarkly-before.ts": {
    answers: { "/events": [cut, rest] },
    prints: /^1 a\nagain in \d+\n2 last\n/,
    requests: ["GET /events 41", "GET /events 41"],
    endless: true,
  },
  "migrating/launchdarkly-after.ts": {
    answers: { "/events": [cut, rest] },
    prints: "1 a\nagain\n2 last\nagain\nover\n",
  },

  "sseer/stream.ts": { answers: { "/stream": [{ body: "id: 1\ndata: a\n\n" }] }, prints: "message a 1\n" },
  "sseer/json.ts": {
    answers: { "/prices": [{ body: 'id: 1\ndata: {"symbol":"BTC","price":1.5}\n\n' }] },
    prints: "1 BTC 1.5\n",
  },
  "sseer/callbacks.ts": {
    env: { STREAM: new URL("stream.txt", import.meta.url).pathname },
    prints: "reconnect after 500\ncomment hello\ntick 42 1\n",
  },
  "sseer/encode.ts": { prints: 'event: trade\nid: 5\ndata: {"price":1}\n\n: heartbeat\n\n' },
  "sseer/retry.ts": { prints: "2000\n2000\nfalse\n" },
};
