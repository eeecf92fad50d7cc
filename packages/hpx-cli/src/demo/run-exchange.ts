import { ApiKeyAuth } from "hpx-transport";
import { GenericSseHandler, SseConnection } from "hpx-transport/sse";
import { EventLedger } from "hpx-transport/testing";
import { type CommandContext, Output } from "../output.js";
import { errorLine } from "../text.js";
import { EXIT, type ExitCode } from "../usage.js";
import { API_KEY, MockExchange, type SentTrade } from "./exchange.js";
import { Lines } from "./lines.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { Screen } from "./screen.js";
import { elapsed, Latency, now } from "./timing.js";
import type { View } from "./view.js";

export interface RunOptions {
  /** How long the exchange trades. */
  readonly seconds: number;
  /** Make it skip an id. */
  readonly skipId?: boolean;
  /** Make it repeat an id. */
  readonly repeatId?: boolean;
}

/** How long a connection lasts; in a short run less, so that there are enough of them for a verdict. */
const CONNECTION_LIFETIME = 2000;
const CONNECTIONS = 5.5;
/** The time between two looks at the last events, and the looks in a row without an event after which they are lost. */
const TAIL_INTERVAL = 50;
const TAIL_PATIENCE = 60;

/** Runs the mock exchange, consumes and shows it, and prints the verdict; resolves with the exit code. */
export async function runExchange(options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const { interrupted, stderr } = context;
  const output = new Output(context);
  const view = createView(output, context);
  try {
    const stop = AbortSignal.any([interrupted, output.failed]);
    const outcome = await trade(options, view, stop).finally(() => view.close());
    if (output.readerIsGone) return EXIT.ended;
    output.failed.throwIfAborted();
    for (const failure of outcome.failures) stderr.write(`${failure}\n`);
    await output.line(outcome.line);
    return outcome.exitCode;
  } catch (error) {
    stderr.write(`${errorLine(error)}\n`);
    return EXIT.gaveUp;
  }
}

/** On a terminal lines that are updated in place; in a pipe a JSON line for each event. */
function createView(output: Output, { env, stderr }: CommandContext): View {
  const inPlace = output.stream.isTTY === true && env["TERM"] !== "dumb";
  return inPlace ? new Screen(output.stream) : new Lines(output, stderr);
}

async function trade({ seconds, ...faults }: RunOptions, view: View, stop: AbortSignal): Promise<Outcome> {
  const cutEvery = Math.min(CONNECTION_LIFETIME, (seconds * 1000) / CONNECTIONS);
  const ledger = new EventLedger();
  const latency = new Latency();
  await using exchange = await MockExchange.start({ cutEvery, ...faults, onIssue: (id) => ledger.sent(id) });
  const handler = Object.assign(new GenericSseHandler(), { onStateChange: view.stateChanged.bind(view) });
  const auth = ApiKeyAuth.header("X-Api-Key", API_KEY);
  await using connection = SseConnection.open({ url: exchange.url, auth }, handler);
  const consuming = (async () => {
    for await (const event of connection) {
      const { symbol, price, sent } = JSON.parse(event.data) as SentTrade;
      const took = now() - sent;
      ledger.received(event.id);
      latency.add(took);
      await view.show({ event, symbol, price, latency: took });
    }
  })();

  await consumeFor(seconds * 1000, consuming, stop);
  exchange.stop();
  await consumeTail(ledger, consuming, stop);
  await connection.close();
  await consuming;
  return outcomeOf({
    counts: ledger.counts,
    interrupted: stop.aborted,
    reconnects: connection.handle.stats.reconnects,
    p50: latency.percentile(50),
    p99: latency.percentile(99),
  });
}

/**
 * Waits for the last events. It counts looks and not milliseconds, because a stopped pager may keep this process from
 * reading. It looks at least once, because a duplicate may follow the last id.
 */
async function consumeTail(ledger: EventLedger, consuming: Promise<void>, stop: AbortSignal): Promise<void> {
  let looks = 0;
  for (;;) {
    const { received } = ledger.counts;
    await consumeFor(TAIL_INTERVAL, consuming, stop);
    looks = ledger.counts.received === received ? looks + 1 : 0;
    const { lost, pending } = ledger.counts;
    if (lost + pending === 0 || looks >= TAIL_PATIENCE || stop.aborted) return;
  }
}

/** Waits until `consuming` is over, `milliseconds` have passed or `stop` is aborted; rejects as `consuming` does. */
async function consumeFor(milliseconds: number, consuming: Promise<void>, stop: AbortSignal): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([consuming, elapsed(milliseconds, AbortSignal.any([over.signal, stop]))]);
  } finally {
    over.abort();
  }
}
