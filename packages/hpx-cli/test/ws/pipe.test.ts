import { once } from "node:events";
import { MockWsServer, type WsReply } from "hpx-transport/testing";
import { beforeAll, expect, test } from "vitest";
import { bundle, start } from "../support/program.js";
import { onTestFinished } from "../support/resources.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

async function startServer(...replies: readonly WsReply[]): Promise<MockWsServer> {
  const server = await MockWsServer.start({ deadline: 10_000 });
  onTestFinished(() => server.close());
  server.reply(...replies);
  return server;
}

test.concurrent("a message is a JSON line on standard output, and states are on standard error", async () => {
  const server = await startServer({
    steps: ['{"a":1.50}', "two\nlines", Uint8Array.of(1, 2, 255), { delay: 20 }, { close: 4001, reason: "bye" }],
    finish: "hold",
  });
  const program = start(hpx, ["ws", "--no-input", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stdout.trimEnd().split("\n")).toEqual([
    '{"data":"{\\"a\\":1.50}"}',
    '{"data":"two\\nlines"}',
    '{"base64":"AQL/"}',
  ]);
  const [connected, ending, error, reason] = program.output.stderr.split("\n");
  expect(connected).toBe("connected");
  expect(ending).toMatch(/^gave up: 3 messages, \d+ B in \d/);
  expect(error).toMatch(/^WS_CLOSED: .*4001/);
  expect(reason).toBe("the server says: bye");
});

test.concurrent("--raw prints the data, --parse and --time add to the line, and --max-messages ends it", async () => {
  const steps = ['{"n":12345678901234567890}', "text\nin lines", "never shown"];
  const server = await startServer({ steps, finish: "hold" }, { steps, finish: "hold" });
  const raw = start(hpx, ["ws", "-q", "--no-input", "--raw", "--max-messages", "2", server.url]);
  expect(await raw.exitCode).toBe(0);
  expect(raw.output).toEqual({ stdout: '{"n":12345678901234567890}\ntext in lines\n', stderr: "" });
  const parsed = start(hpx, ["ws", "--no-input", "--parse", "--time", "--max-messages", "1", server.url]);
  expect(await parsed.exitCode).toBe(0);
  expect(parsed.output.stdout).toMatch(
    /^\{"data":"\{\\"n\\":12345678901234567890\}","time":"20[^"]+Z","json":\{"n":12345678901234567890\}\}\n$/,
  );
  expect(parsed.output.stderr).toMatch(/\nstopped: 1 message, /);
  await server.idle();
});

test.concurrent("each line of standard input is a message; --until-eof closes when it is over", async () => {
  const server = await startServer(async (connection) => {
    for await (const { text } of connection) await connection.send(`echo ${text}`);
  });
  const program = start(hpx, ["ws", "--raw", "--until-eof", server.url]);
  program.process.stdin.write("one\r\n\nt");
  program.process.stdin.write("wo\nthr");
  await program.prints(/echo two/);
  program.process.stdin.end("ee");
  expect(await program.exitCode).toBe(0);
  const connection = await server.connection(1);
  expect(connection.texts).toEqual(["one", "two", "three"]);
  expect(connection.clientClose?.code).toBe(1000);
});

test.concurrent("without --until-eof it goes on when standard input is over", async () => {
  const server = await startServer({ steps: [{ receive: 1 }, { delay: 100 }, "late"], finish: "hold" });
  const program = start(hpx, ["ws", "--raw", "--max-messages", "1", server.url]);
  program.process.stdin.end("x\n");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toBe("late\n");
});

test.concurrent("a server that reads slowly holds the writer of standard input back", async () => {
  let resume = (): void => {};
  const gate = new Promise<void>((resolve) => (resume = resolve));
  const server = await startServer({ steps: [{ read: false }, { until: gate }, { read: true }], finish: "hold" });
  const program = start(hpx, ["ws", "--ping-interval", "0", server.url]);
  await program.complains(/connected/);
  const { stdin } = program.process;
  const line = `${"x".repeat(64 * 1024)}\n`;
  let written = 0;
  for (let isHeld = false; !isHeld;) {
    if (stdin.write(line)) written += 1;
    else {
      const drained = await Promise.race([
        once(stdin, "drain").then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000)),
      ]);
      written += 1;
      isHeld = !drained;
    }
    // 64 MiB would be no back-pressure.
    expect(written).toBeLessThan(1024);
  }
  resume();
  stdin.end();
  const connection = await server.connection(1);
  await connection.message(written);
  expect(connection.messageCount).toBe(written);
});

test.concurrent("lines wait while there is no connection, and a reconnect goes on", async () => {
  const server = await startServer(
    { status: 503, headers: { "retry-after": "1" }, body: "warming up" },
    { steps: [{ receive: 1 }, "a"], finish: "reset" },
    { steps: ["b"], finish: "hold" },
  );
  const program = start(hpx, ["ws", "--raw", "--max-messages", "2", server.url]);
  program.process.stdin.write("early\n");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toBe("a\nb\n");
  expect(program.output.stderr).toContain("the server says: warming up");
  expect(program.output.stderr).toMatch(/reconnecting in \d+ ms: WS_HANDSHAKE/);
  expect((await server.connection(2)).texts).toEqual(["early"]);
});

test.concurrent("--handler and --subscribe follow topics, also after a reconnect, and a refused one is told", async () => {
  const reply: WsReply = async (connection) => {
    for await (const message of connection) {
      const { method, params, req_id } = message.json() as Record<string, { channel: string; symbol: string[] }>;
      for (const symbol of params?.symbol ?? []) {
        const result = { channel: params?.channel, symbol };
        const isBad = symbol === "BAD";
        await connection.sendJson({
          method,
          req_id,
          success: !isBad,
          ...(isBad ? { symbol, error: "no" } : { result }),
        });
      }
      await connection.sendJson({ channel: "ticker", data: [{ symbol: "A", n: server.connectionCount }] });
      if (server.connectionCount === 1) await connection.reset();
    }
  };
  const server = await startServer();
  server.otherwise(reply);
  const topics = ["--subscribe", "ticker:A", "--subscribe", "ticker:BAD"];
  const program = start(hpx, ["ws", "--handler", "kraken", ...topics, "--no-input", "--seconds", "20", server.url]);
  await program.prints(/\\"n\\":2/);
  expect(program.output.stdout).toMatch(/^\{"kind":"update","topic":"ticker:A","data":".*\\"n\\":1\}\]\}"\}$/m);
  expect(program.output.stdout).toContain('\\"n\\":2}]}","gap":{"reason":"reconnect","missing":"unknown"}}');
  expect(program.output.stderr).toContain("SUBSCRIPTION_FAILED: ");
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
});

test.concurrent("every topic refused is exit code 1", async () => {
  const server = await startServer({ steps: [{ receive: 1 }, '{"id":1,"error":{"code":"NO"}}'], finish: "hold" });
  const program = start(hpx, ["ws", "--handler", "generic", "--subscribe", "x", "--no-input", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/SUBSCRIPTION_FAILED: .*x/);
});

test.concurrent("a refusal is exit code 1, with the server's words and without the secrets", async () => {
  const server = await startServer(async (connection) => {
    await connection.refuse({ status: 403, body: `bad key ${connection.headers["x-api-key"]}` });
  });
  const program = start(hpx, ["ws", "--no-input", "-H", "X-Api-Key: sesame-open-1", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toContain("the server says: bad key (hidden)");
  expect(program.output.stderr).not.toContain("sesame");
});

test.concurrent("headers, login, subprotocols and the query go with the handshake", async () => {
  const server = await startServer({ steps: ["hi"], finish: "hold" });
  const url = server.url.replace("ws://", "http://me:secret@");
  const args = [
    "-H",
    "X-A: é",
    "-A",
    "me/1",
    "-b",
    "c=1",
    "--protocol",
    "one",
    "--protocol",
    "two",
    "--max-messages",
    "1",
  ];
  const program = start(hpx, ["ws", "--no-input", ...args, `${url}feed?key=1`]);
  expect(await program.exitCode).toBe(0);
  const connection = await server.connection(1);
  expect(connection.url).toBe("/feed?key=1");
  expect(connection.protocols).toEqual(["one", "two"]);
  expect(connection.headers).toMatchObject({
    "user-agent": "me/1",
    cookie: "c=1",
    authorization: `Basic ${Buffer.from("me:secret").toString("base64")}`,
  });
  expect(Buffer.from(connection.headers["x-a"] ?? "", "latin1").toString()).toBe("é");
});

test.concurrent("a closed pipe, as head leaves one, ends it with 0 and without a word", async () => {
  const server = await startServer(async (connection) => {
    for (;;) {
      await connection.send("more");
      await connection.delay(5);
    }
  });
  const program = start(hpx, ["ws", "-q", "--no-input", server.url]);
  await program.prints(/more/);
  program.process.stdout.destroy();
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
});

test.concurrent.each([
  [["ws"], "missing required argument 'url'"],
  [["ws", "ftp://x.test"], 'URL: "ftp://x.test" cannot be used; it takes a ws or wss URL'],
  [["ws", "--subscribe", "a", "ws://x.test"], "--subscribe: how to subscribe is a matter of the service"],
  [["ws", "--handler", "nope", "ws://x.test"], '--handler: "nope" cannot be used; it takes generic, json-rpc'],
  [["ws", "--raw", "--time", "ws://x.test"], "--raw and --time"],
  [["ws", "--until-eof", "--no-input", "ws://x.test"], "--until-eof and --no-input"],
  [["ws", "--protocol", "a b", "ws://x.test"], "--protocol: "],
  [["ws", "-X", "POST", "ws://x.test"], "unknown option '-X'"],
])("%j is wrong usage", async (args, message) => {
  const program = start(hpx, args);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toContain(message);
  expect(program.output.stderr.trimEnd().split("\n")).toHaveLength(1);
});

test.concurrent("hpx wss://... is hpx ws; --help names the options", async () => {
  const server = await startServer({ steps: ["x"], finish: "hold" });
  const program = start(hpx, [server.url, "--no-input", "--raw", "--max-messages", "1"]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toBe("x\n");
  const help = start(hpx, ["ws", "--help"]);
  expect(await help.exitCode).toBe(0);
  for (const option of ["--subscribe", "--handler", "--cacert", "--proxy", "--hmac"]) {
    expect(help.output.stdout).toContain(option);
  }
});
