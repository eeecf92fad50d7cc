import { setTimeout as pause } from "node:timers/promises";
import {
  SseConnection,
  type SseEvent,
  type SseHandle,
  type SseOptions,
  type SseProtocolHandler,
} from "hpx-transport/sse";
import { EventLedger } from "hpx-transport/testing";
import type { Service } from "./service.js";

/** The number of the last event of the feed; the first is 1. */
export const LAST = 600;

/** An event of the feed, as `servers/feed.mjs` makes it. */
export interface Item {
  readonly n: number;
  readonly text: string;
}

/** The time limit of a trial, in milliseconds. */
const DEADLINE = 90_000;

/** The text that an event must arrive with. It has a character of two bytes. */
function textOf(n: number): string {
  return `Grüße ${n}`;
}

/** How a client reads the feed from a server. */
export interface Client {
  readonly options: Omit<SseOptions, "url">;
  /** Creates a handler. @defaultValue the `GenericSseHandler` */
  readonly handler?: (() => SseProtocolHandler) | undefined;
  /** The event of the feed in an event of the stream; undefined for others, such as pings. */
  read(event: SseEvent): Item | undefined;
  /** The protocol has an end, which the loop must reach. Other streams stay open after the last event. */
  readonly hasEnd?: boolean | undefined;
}

/** What arrived of the feed. */
export interface Counts {
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reconnects: number;
}

export interface Outcome extends Counts {
  /** The reasons why the row is red; empty where it is not. */
  readonly failures: readonly string[];
}

/**
 * Reads the feed to its end. The services are killed in this order, with the same number of events between them, and each is
 * started again when the client has found it gone: behind a proxy, the client then gets the proxy's answer to that.
 */
export async function trial(url: string, client: Client, kills: readonly Service[]): Promise<Outcome> {
  const ledger = new EventLedger();
  for (let n = 1; n <= LAST; n += 1) ledger.sent(String(n), textOf(n));
  const failures: string[] = [];
  const waiting = kills.map((service, index) => ({ service, after: (LAST * (index + 1)) / (kills.length + 1) }));
  const signal = AbortSignal.timeout(DEADLINE);
  const connection = SseConnection.open({ ...client.options, url, signal }, client.handler?.());
  try {
    for await (const event of connection) {
      const item = client.read(event);
      if (item === undefined) continue;
      const complaint = ledger.received(String(item.n), item.text);
      if (complaint !== undefined) failures.push(complaint);
      if (waiting[0] !== undefined && item.n >= waiting[0].after)
        await restart(waiting.shift()?.service, connection.handle, signal);
      if (ledger.counts.pending > 0 || client.hasEnd) continue;
      const complaints = await checkSecondClient(url, client, signal);
      failures.push(...complaints);
      break;
    }
  } catch (error) {
    failures.push(signal.aborted ? `it took more than ${DEADLINE / 1000} s` : String(error));
  }
  const { sent, received, lost, duplicated } = ledger.counts;
  const { reconnects } = connection.handle.stats;
  await connection.close();
  if (received < sent) failures.push(`${sent - received} of ${sent} events did not arrive`);
  if (reconnects < kills.length) failures.push(`${kills.length} kills led to ${reconnects} reconnects`);
  return { sent, received, lost, doubled: duplicated, reconnects, failures: summary(failures) };
}

async function restart(service: Service | undefined, handle: SseHandle, signal: AbortSignal): Promise<void> {
  const { attempts } = handle.stats;
  await service?.kill();
  while (handle.stats.attempts === attempts || handle.state.status !== "reconnecting") {
    await pause(20, undefined, { signal });
  }
  await service?.start();
}

/** A second client that resumes in the middle while the first is connected. A cache between them would start it anew. */
async function checkSecondClient(url: string, client: Client, signal: AbortSignal): Promise<readonly string[]> {
  const lastEventId = String(LAST / 2);
  const connection = SseConnection.open({ ...client.options, url, lastEventId, signal }, client.handler?.());
  for await (const event of connection) {
    const item = client.read(event);
    if (item === undefined) continue;
    return item.n === LAST / 2 + 1
      ? []
      : [`a second client resumed after event ${lastEventId} and got event ${item.n}`];
  }
  return ["a second client got no event"];
}

/** The first and the last failures: a server that starts over doubles hundreds of events. */
function summary(failures: readonly string[]): readonly string[] {
  if (failures.length <= 6) return failures;
  return [...failures.slice(0, 3), `(${failures.length - 6} more)`, ...failures.slice(-3)];
}
