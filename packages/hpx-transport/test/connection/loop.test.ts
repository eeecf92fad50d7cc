import { ExponentialBackoff, type RetryPolicy } from "sseer/retry";
import { expect, test } from "vitest";
import type { Attempt, AttemptHost, AttemptOutcome } from "../../src/connection/attempt.js";
import { Counters } from "../../src/connection/counters.js";
import { ConnectionLoop } from "../../src/connection/loop.js";
import { type ConnectInfo, Notifier } from "../../src/connection/notify.js";
import { type AnyTransportError, TransportError } from "../../src/error.js";
import { Observers } from "../../src/observe/observers.js";

// A transport that is no HTTP: a telegraph. An attempt opens a line, and each of its telegrams is a word.
interface LineInfo extends ConnectInfo {
  readonly line: string;
}

const broken = TransportError.connect("telegraph:", { cause: new Error("the line is cut") });

class LineAttempt implements Attempt {
  readonly host: AttemptHost<Omit<LineInfo, "attempt">>;
  accepted = false;
  delivered = false;
  resumed = 0;

  constructor(host: LineAttempt["host"]) {
    this.host = host;
  }

  get resetsBackoff(): boolean {
    return this.delivered;
  }

  run(): void {}

  end(outcome: AttemptOutcome): void {
    void Promise.resolve().then(() => this.host.onOver(outcome));
  }

  resume(): void {
    this.resumed += 1;
  }
}

/** A connection over lines, the attempts that it made, and everything that it told. */
function open(policy: RetryPolicy | false = new ExponentialBackoff({ initialDelay: 1, jitter: 0 }), openTimeout = 0) {
  const attempts: LineAttempt[] = [];
  const log: string[] = [];
  let forbidden: AnyTransportError | undefined;
  let arrived: (() => void) | undefined;
  const loop: ConnectionLoop<string, LineInfo> = new ConnectionLoop<string, LineInfo>(
    {
      openAttempt(host) {
        const attempt = new LineAttempt(host);
        attempts.push(attempt);
        arrived?.();
        return attempt;
      },
      notifier: new Notifier({
        counters: new Counters(),
        observers: new Observers([], () => {}),
        hooks: {
          connected: ({ line, attempt }) => log.push(`connected to ${line}, attempt ${attempt}`),
          disconnected: (error) => log.push(`disconnected: ${error?.code ?? "no error"}`),
          stateChanged: ({ status }) => log.push(status),
          shouldRetry: (error) => error.retryable,
        },
      }),
      policy,
      signal: undefined,
      openTimeout,
      openTimeoutError: (limit) => TransportError.timeout("open", limit),
      forbidsRetry: () => forbidden,
      isLasting: (error) => error.message.includes("garbled"),
      closedError: (what) => TransportError.config("line", "closed", what),
    },
    {
      capacity: 2,
      bufferSize: 100,
      sizeOf: (word) => word.length,
      onTaken: (word) => log.push(`took ${word}`),
    },
  );
  return {
    loop,
    log,
    forbid: (error: AnyTransportError) => void (forbidden = error),
    /** The n-th attempt, from 1, once it was made and accepted. */
    async line(n: number): Promise<LineAttempt> {
      while (attempts.length < n) await new Promise<void>((resolve) => (arrived = resolve));
      // The loop runs it in the same turn.
      await Promise.resolve();
      const attempt = attempts[n - 1] as LineAttempt;
      attempt.accepted = true;
      attempt.host.onAccepted({ status: 200, url: new URL("telegraph:office"), line: `line ${n}` });
      return attempt;
    },
    deliver(attempt: LineAttempt, word: string): void {
      attempt.delivered = true;
      loop.channel.push(word);
      loop.channel.wake();
    },
  };
}

test("the loop delivers, retries and ends for a transport that is no HTTP", async () => {
  const { loop, log, line, deliver } = open();
  const first = await line(1);
  await loop.opened;
  deliver(first, "stop");
  expect(await loop.channel.next()).toEqual({ done: false, value: "stop" });
  first.end({ kind: "failed", error: broken });
  const second = await line(2);
  expect(loop.state).toEqual({ status: "connected", attempt: 1 });
  second.end({ kind: "complete" });
  await loop.closed;
  expect(await loop.channel.next()).toEqual({ done: true, value: undefined });
  expect(log).toEqual([
    "connecting",
    "connected",
    "connected to line 1, attempt 1",
    "took stop",
    "disconnected: CONNECT",
    "reconnecting",
    "connecting",
    "connected",
    "connected to line 2, attempt 1",
    "disconnected: no error",
    "closed",
  ]);
});

test("the loop resumes the attempt at the low watermark of the channel", async () => {
  const { loop, line, deliver } = open();
  const attempt = await line(1);
  deliver(attempt, "one");
  deliver(attempt, "two");
  expect([loop.channel.full, attempt.resumed]).toEqual([true, 0]);
  await loop.channel.next();
  expect([loop.channel.full, attempt.resumed]).toEqual([false, 1]);
  await loop.close();
});

test("where the transport forbids a retry, a lost attempt is the end and reconnect() is refused", async () => {
  const { loop, line, forbid } = open();
  const attempt = await line(1);
  const reason = TransportError.config("line", "used up", "pay for another one");
  forbid(reason);
  await expect(loop.reconnect(undefined)).rejects.toBe(reason);
  attempt.end({ kind: "failed", error: broken });
  await expect(loop.channel.next()).rejects.toBe(broken);
  expect(loop.state).toEqual({ status: "closed", error: broken });
});

test("callers that wait for something of a closed connection get the transport's own error", async () => {
  const { loop, line } = open();
  await line(1);
  const waiting = loop.reconnect("new line");
  await loop.close();
  await expect(waiting).rejects.toThrow("nothing more will come");
  await expect(loop.reconnect(undefined)).rejects.toThrow("it cannot reconnect");
});

test("after no-content the connection counts as opened", async () => {
  const { loop, line } = open(false);
  const attempt = await line(1);
  attempt.end({ kind: "no-content" });
  await loop.opened;
  await loop.closed;
});

test("three lasting errors in a row end the connection with the last one; anything between them starts the count anew", async () => {
  const { loop, line } = open();
  const garbled = TransportError.connect("telegraph:", { cause: new Error("garbled") });
  let made = 0;
  for (const error of [garbled, garbled, broken, garbled, garbled, garbled]) {
    const attempt = await line(1 + made);
    made += 1;
    attempt.end({ kind: "failed", error });
  }
  await expect(loop.channel.next()).rejects.toBe(garbled);
  expect(made).toBe(6);
});
