import { createInbox } from "@nats-io/transport-node";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { LogUnavailable } from "../errors.js";
import type { LogRecord } from "../log.js";
import type { NatsLink } from "./connection.js";
import { failureOf } from "./failure.js";
import { recordFrom } from "./marks.js";

/** Messages of one pull. */
const PULL = 1000;

/** A consumer that is left behind by a reader that died goes away after so long. */
const INACTIVE_NANOSECONDS = 60_000_000_000;
const NANOSECONDS = 1_000_000;

/** What the server counts of a message beside its payload and headers, in bytes, and more than that. */
const LARGEST_FRAME = 4096;

/** How long one pull waits for its messages, in milliseconds. */
const EXPIRES = 2000;

/** A reading that brings nothing for so long has failed, in milliseconds. */
const PULL_TIMEOUT = 10_000;

/** Between two pulls that brought nothing, in milliseconds. */
const RETRY = 50;

/** What to read of a stream. */
export interface Reading {
  readonly stream: string;
  readonly subject: string;
  /** The first sequence. */
  readonly from: number;
  /** The sequence of the last message, which is there. */
  readonly until: number;
  readonly withoutData: boolean;
  /** Of one pull; `undefined`: no limit. */
  readonly bytes: number | undefined;
}

/** How many messages a reading has. @throws {LogUnavailable} */
export async function countOf(link: NatsLink, reading: Reading): Promise<number> {
  const consumer = await createConsumer(link, reading);
  deleteConsumer(link, reading, consumer.name);
  return consumer.num_pending;
}

/**
 * The messages of a reading, in arrays. The server that delivers them may be behind the leader, so the end is a message that
 * the leader named, and no count. @throws {LogUnavailable}
 */
export async function* readStream(
  link: NatsLink,
  reading: Reading,
  signal: AbortSignal,
): AsyncGenerator<readonly LogRecord[]> {
  if (reading.from > reading.until) return;
  let { name } = await createConsumer(link, reading);
  let delivered = 0;
  let last = reading.from - 1;
  let deadline = Date.now() + PULL_TIMEOUT;
  try {
    while (!signal.aborted) {
      const { records, isWhole } = await pull(link, reading, name, delivered);
      delivered += records.length;
      last = records.at(-1)?.pos ?? last;
      if (!isWhole) {
        // Messages of an earlier pull were lost on their way, and the consumer does not send them again.
        deleteConsumer(link, reading, name);
        ({ name } = await createConsumer(link, { ...reading, from: last + 1 }));
        delivered = 0;
      }
      if (records.length > 0) {
        deadline = Date.now() + PULL_TIMEOUT;
        yield records;
        if ((records.at(-1)?.pos ?? 0) >= reading.until) return;
      } else if (Date.now() > deadline) {
        throw new LogUnavailable(`${link.url}: the log was not read to its end: message ${reading.until} did not come`);
      } else {
        // A cluster does not know a new consumer everywhere at once.
        await wait(RETRY);
      }
    }
  } finally {
    deleteConsumer(link, reading, name);
  }
}

interface Consumer {
  readonly name: string;
  readonly num_pending: number;
}

async function createConsumer(link: NatsLink, { stream, subject, from, withoutData }: Reading): Promise<Consumer> {
  const name = `hpx-${randomUUID()}`;
  const answer = await link.api<Consumer>(`CONSUMER.CREATE.${stream}.${name}.${subject}`, {
    stream_name: stream,
    config: {
      name,
      deliver_policy: "by_start_sequence",
      opt_start_seq: Math.max(1, from),
      ack_policy: "none",
      replay_policy: "instant",
      filter_subject: subject,
      headers_only: withoutData,
      inactive_threshold: INACTIVE_NANOSECONDS,
      num_replicas: 1,
      mem_storage: true,
      max_waiting: 1,
    },
  });
  if ("error" in answer) throw failureOf(link.url, answer.error);
  return answer;
}

/** Nothing waits for it: a cluster takes its time, and where it fails, the server does it a minute later. */
function deleteConsumer(link: NatsLink, { stream }: Reading, name: string): void {
  void link.api(`CONSUMER.DELETE.${stream}.${name}`).catch(() => {});
}

/** What a pull brought, up to the first message that is missing. */
interface Pulled {
  readonly records: readonly LogRecord[];
  readonly isWhole: boolean;
}

/**
 * One pull: as many as it takes, or those until the end, or what came until the pull expired. `delivered`: messages of the consumer
 * that came before. It counts what it sends, and a connection that breaks, or a slow one, may lose some of that.
 */
async function pull(
  link: NatsLink,
  { stream, until, bytes }: Reading,
  name: string,
  delivered: number,
): Promise<Pulled> {
  const inbox = createInbox();
  const records: LogRecord[] = [];
  let isWhole = true;
  const subscription = link.connection.subscribe(inbox);
  const timer = setTimeout(() => subscription.unsubscribe(), EXPIRES + 1000);
  // A pull that may not bring the largest message would bring nothing, for ever.
  const limit = bytes === undefined ? {} : { max_bytes: Math.max(bytes, link.maxPayload + LARGEST_FRAME) };
  const request = { batch: PULL, expires: EXPIRES * NANOSECONDS, ...limit };
  link.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, JSON.stringify(request), { reply: inbox });
  for await (const { headers, reply, data } of subscription) {
    // A status, and no message: the pull expired, or the consumer is not there.
    if (headers === undefined || headers.code !== 0) break;
    const { pos, count } = placeOf(reply ?? "");
    isWhole = count === delivered + records.length + 1;
    if (!isWhole) break;
    if (pos <= until) records.push(recordFrom(pos, headers, data.slice()));
    if (records.length === PULL || pos >= until) break;
  }
  clearTimeout(timer);
  subscription.unsubscribe();
  return { records, isWhole };
}

/** The sequences of stream and consumer, from the end of `$JS.ACK.[domain.account.]stream.consumer.delivered.POS.COUNT.time.pending`. */
function placeOf(reply: string): { readonly pos: number; readonly count: number } {
  const words = reply.split(".");
  // Servers may add a random word at the end of the long form.
  const at = words.length > 9 ? 7 : 5;
  return { pos: Number(words[at]), count: Number(words[at + 1]) };
}
