import { LogUnavailable } from "../errors.js";
import type {
  Append,
  Forgetting,
  GroupStore,
  HintStore,
  LogLimits,
  LogRecord,
  ReadFrom,
  RelayLog,
  Tail,
} from "../log.js";
import { sendBatch } from "./batch.js";
import { NatsLink } from "./connection.js";
import { failureOf } from "./failure.js";
import { forgettingOf } from "./forgetting.js";
import { NatsGroupStore } from "./group-store.js";
import { NatsHintStore } from "./hint-store.js";
import type { NatsLogOptions, NatsStreamSettings } from "./options.js";
import { parseHeaders, tailFrom } from "./marks.js";
import { countOf, type Reading, readStream } from "./reader.js";
import { openStream, type StreamInfo, subjectOf } from "./stream.js";

/** The server takes 1,000 messages in a batch. */
const BATCH = 900;
const APPENDS = 4;
const LONGEST_NAME = 8192;
/** What headers may take beside the data: the type and the id may be percent-encoded, three bytes for one. */
const HEADERS = 6 * LONGEST_NAME + 1024;
const NO_MESSAGE = 10037;
const NANOSECONDS = 1_000_000;

interface StoredMessage {
  readonly message: { readonly seq: number; readonly hdrs?: string };
}

/**
 * A log in a stream of NATS JetStream: a subject for each source, an append is an atomic batch, and the server compares the
 * last sequence of each subject before it stores one.
 */
export class NatsLog implements RelayLog {
  readonly url: string;
  readonly limits: LogLimits;
  readonly warnings: readonly string[];
  readonly forgetting: Forgetting;
  readonly hints: HintStore;
  readonly #link: NatsLink;
  readonly #settings: NatsStreamSettings;
  readonly group: GroupStore | undefined;

  private constructor(link: NatsLink, settings: NatsStreamSettings, { config }: StreamInfo, group?: GroupStore) {
    this.group = group;
    this.url = link.url;
    this.#link = link;
    this.#settings = settings;
    this.hints = new NatsHintStore(link, settings);
    const data = Math.max(1024, link.maxPayload - HEADERS);
    this.forgetting = forgettingOf(link, settings.name, config.max_age / NANOSECONDS);
    this.limits = { messages: BATCH, appends: APPENDS, data, name: LONGEST_NAME };
    this.warnings =
      config.num_replicas > 1
        ? []
        : [
            "the stream has 1 replica: what a power cut loses is fetched again if the source still has it; sync_interval: always in the server's jetstream block, or stream.replicas: 3, loses nothing",
          ];
  }

  /**
   * Connects, and finds or makes the stream.
   *
   * @throws {TransportError} `CONFIG` for servers that do not answer, and servers or a stream that cannot keep the promise
   */
  static async open(options: NatsLogOptions): Promise<NatsLog> {
    const link = await NatsLink.open(options);
    try {
      const info = await openStream(link, options);
      return new NatsLog(link, options, info, await openGroup(link, options));
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  get epoch(): number {
    return this.#link.epoch;
  }

  async tails(sources: readonly string[]): Promise<ReadonlyMap<string, Tail>> {
    const tails = new Map<string, Tail>();
    const found = await Promise.all(sources.map((source) => this.#tail(source)));
    for (const [index, source] of sources.entries()) {
      const tail = found[index];
      if (tail !== undefined) tails.set(source, tail);
    }
    return tails;
  }

  async append(parts: readonly Append[]): Promise<readonly number[]> {
    const ack = await sendBatch(this.#link, parts, (source) => subjectOf(this.#settings, source));
    if ("error" in ack) throw failureOf(this.url, ack.error);
    const size = parts.reduce((sum, { messages }) => sum + messages.length, 0);
    if (size > 1 && ack.count !== size) {
      throw new LogUnavailable(`${this.url}: ${ack.count ?? 0} of ${size} messages were acknowledged`);
    }
    // The sequences of a batch have no hole.
    let position = ack.seq - size;
    return parts.map(({ messages }) => (position += messages.length));
  }

  async *read(from: ReadFrom, signal: AbortSignal): AsyncGenerator<readonly LogRecord[]> {
    const subject = subjectOf(this.#settings, from.source ?? "*");
    const last = await this.#last(subject);
    if (last === undefined) return;
    const reading: Reading = {
      stream: this.#settings.name,
      subject,
      from: (from.after ?? 0) + 1,
      until: last.seq,
      withoutData: from.withoutData === true,
      bytes: from.bytes,
    };
    const start = from.last === undefined ? reading.from : await this.#startOfLast(reading, from.last);
    yield* readStream(this.#link, { ...reading, from: start }, signal);
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  async #tail(source: string): Promise<Tail | undefined> {
    const last = await this.#last(subjectOf(this.#settings, source));
    return last === undefined ? undefined : tailFrom(last.seq, parseHeaders(Buffer.from(last.hdrs ?? "", "base64")));
  }

  /** The last message of a subject. The leader answers, and not any replica. */
  async #last(subject: string): Promise<StoredMessage["message"] | undefined> {
    const { name } = this.#settings;
    const answer = await this.#link.api<StoredMessage>(`STREAM.MSG.GET.${name}`, { last_by_subj: subject });
    if (!("error" in answer)) return answer.message;
    if (answer.error.err_code === NO_MESSAGE) return undefined;
    throw new LogUnavailable(failureOf(this.url, answer.error).message);
  }

  /** A sequence that at least `last` messages follow: steps back from the end, eight times as far each time. */
  async #startOfLast(reading: Reading, last: number): Promise<number> {
    for (let distance = last; ; distance *= 8) {
      const from = Math.max(reading.from, reading.until - distance + 1);
      if (from === reading.from || (await countOf(this.#link, { ...reading, from })) >= last) return from;
    }
  }
}

async function openGroup(link: NatsLink, { group, replicas }: NatsLogOptions): Promise<GroupStore | undefined> {
  return group === undefined
    ? undefined
    : await NatsGroupStore.open(link, { group: group.name, ttl: group.ttl, replicas });
}
