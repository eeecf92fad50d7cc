import { ApiKeyAuth } from "hpx-transport";
import type { CommandContext } from "../output.js";
import { now } from "./clock.js";
import { consume, consumeFor, openInView } from "./consume.js";
import { API_KEY, MockExchange, type SentTrade } from "./exchange.js";
import { Latency } from "./latency.js";
import { Ledger } from "./ledger.js";
import { present } from "./present.js";
import { judge } from "./verdict.js";
import type { Report, View } from "./view.js";

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
/** How often the tail is looked at, and after how many looks in a row that found nothing new the rest is lost. */
const TAIL_INTERVAL = 50;
const TAIL_PATIENCE = 60;

/** Runs the mock exchange, consumes it, and judges; resolves with the exit code. */
export async function runExchange(options: RunOptions, context: CommandContext): Promise<number> {
  return present(context, (view, stop) => tradeAndJudge(options, view, stop));
}

async function tradeAndJudge({ seconds, ...faults }: RunOptions, view: View, stop: AbortSignal): Promise<Report> {
  const cutEvery = Math.min(CONNECTION_LIFETIME, (seconds * 1000) / CONNECTIONS);
  await using exchange = await MockExchange.start({ cutEvery, ...faults });
  await using connection = openInView({ url: exchange.url, auth: ApiKeyAuth.header("X-Api-Key", API_KEY) }, view);
  const ledger = new Ledger();
  const latency = new Latency();

  const consuming = consume(connection, view, (event) => {
    const { symbol, price, sent } = JSON.parse(event.data) as SentTrade;
    const took = now() - sent;
    ledger.receive(event.id);
    latency.add(took);
    return { event, row: symbol, value: price.toPrecision(6), latency: took };
  });
  await consumeFor(seconds * 1000, consuming, stop);
  exchange.stop();
  // Looks are counted, not milliseconds: that a pager kept this process from reading is no loss. And it takes one in any
  // case, since a duplicate would follow the last id.
  let looks = 0;
  do {
    const { received } = ledger;
    await consumeFor(TAIL_INTERVAL, consuming, stop);
    looks = ledger.received === received ? looks + 1 : 0;
  } while (ledger.received < exchange.lastId && looks < TAIL_PATIENCE && !stop.aborted);
  await connection.close();
  await consuming;

  // What was under way when the run was interrupted is not lost: such a run is judged up to the last id that came.
  const account = ledger.account(stop.aborted ? ledger.highest : exchange.lastId);
  const { reconnects } = connection.handle.stats;
  return judge({ account, reconnects, p50: latency.percentile(50), p99: latency.percentile(99) });
}
