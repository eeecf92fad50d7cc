import { LogUnavailable } from "../errors.js";
import type { GroupStore, GroupView } from "../log.js";
import { headersOf, type NatsLink } from "./connection.js";
import { failureOf } from "./failure.js";

/** Which group, and how long a member stays without a sign of life. */
export interface NatsGroupSettings {
  /** The group's name. */
  readonly group: string;
  /** In milliseconds. */
  readonly ttl: number;
  /** Copies of the bucket. */
  readonly replicas: number;
}

/** A member, as it was heard of last. */
interface Heard {
  readonly facts: string;
  /** By `performance.now()`. */
  at: number;
}

const NANOSECONDS = 1_000_000;
/** How long the server keeps the marker of a member that is gone, in milliseconds. */
const MARKER = 60_000;

/**
 * The members of a group as keys of a KV bucket, each with a time to live. Every renewal is heard by all, so a member that is
 * silent for that time is gone. After the connection broke, the silence of others says nothing: it counts from then on.
 */
export class NatsGroupStore implements GroupStore {
  readonly ttl: number;
  readonly #link: NatsLink;
  readonly #bucket: string;
  readonly #members = new Map<string, Heard>();
  #revision = 0;

  private constructor(link: NatsLink, { group, ttl }: NatsGroupSettings) {
    this.#link = link;
    this.#bucket = `hpx-${group}`;
    this.ttl = ttl;
  }

  /** Finds or makes the bucket. @throws {LogUnavailable} */
  static async open(link: NatsLink, settings: NatsGroupSettings): Promise<NatsGroupStore> {
    const store = new NatsGroupStore(link, settings);
    const bucket = store.#bucket;
    const made = await link.api<object>(`STREAM.CREATE.KV_${bucket}`, {
      name: `KV_${bucket}`,
      subjects: [`$KV.${bucket}.>`],
      max_msgs_per_subject: 1,
      discard: "new",
      allow_rollup_hdrs: true,
      allow_direct: false,
      allow_msg_ttl: true,
      subject_delete_marker_ttl: MARKER * NANOSECONDS,
      num_replicas: settings.replicas,
    });
    // Another member has made it, with other limits perhaps: they decide nothing.
    if ("error" in made && made.error.err_code !== 10058) throw failureOf(link.url, made.error);
    return store;
  }

  async announce(member: string, facts: string): Promise<void> {
    await this.#write(member, facts, { "Nats-TTL": `${Math.ceil(this.ttl / 1000)}s` });
  }

  async leave(member: string): Promise<void> {
    await this.#write(member, "", { "KV-Operation": "DEL", "Nats-TTL": `${Math.ceil(MARKER / 1000)}s` });
  }

  async watch(onChange: (view: GroupView) => void, signal: AbortSignal): Promise<void> {
    const prefix = `$KV.${this.#bucket}.`;
    const tell = (): void => {
      const members = new Map([...this.#members].map(([name, { facts }]) => [name, facts]));
      onChange({ revision: this.#revision, members });
    };
    const subscription = this.#link.connection.subscribe(`${prefix}>`, {
      callback: (error, { subject, data, headers }) => {
        if (error !== null || signal.aborted) return;
        const isGone = (headers?.get("KV-Operation") ?? "") !== "";
        if (this.#heard(subject.slice(prefix.length), isGone ? undefined : Buffer.from(data).toString())) tell();
      },
    });
    let last = performance.now();
    let { epoch } = this.#link;
    const timer = setInterval(() => {
      const now = performance.now();
      // Nothing is heard while the connection is away, or this process was stopped: that is no silence of the others.
      if (this.#link.isAway || this.#link.epoch !== epoch || now - last > this.ttl / 2) this.#hearAll();
      last = now;
      epoch = this.#link.epoch;
      if (this.#expire()) tell();
    }, this.ttl / 10);
    const end = (): void => {
      clearInterval(timer);
      subscription.unsubscribe();
    };
    signal.addEventListener("abort", end);
    try {
      await this.#readAll(prefix);
      if (!signal.aborted) tell();
    } catch (error) {
      signal.removeEventListener("abort", end);
      end();
      throw error;
    }
  }

  async #write(member: string, payload: string, values: Readonly<Record<string, string>>): Promise<void> {
    const answer = await this.#link.request(`$KV.${this.#bucket}.${member}`, payload, headersOf(values));
    const ack = JSON.parse(Buffer.from(answer.data).toString()) as { seq?: number; error?: { code: number } };
    if (ack.error !== undefined) throw failureOf(this.#link.url, ack.error);
    this.#revision = Math.max(this.#revision, ack.seq ?? 0);
  }

  /** What the bucket has: the members that announced themselves before. */
  async #readAll(prefix: string): Promise<void> {
    const stream = `KV_${this.#bucket}`;
    interface Info {
      readonly state: { readonly last_seq: number; readonly subjects?: Readonly<Record<string, number>> };
    }
    const info = await this.#link.api<Info>(`STREAM.INFO.${stream}`, { subjects_filter: `${prefix}>` });
    if ("error" in info) throw new LogUnavailable(failureOf(this.#link.url, info.error).message);
    this.#revision = Math.max(this.#revision, info.state.last_seq);
    for (const subject of Object.keys(info.state.subjects ?? {})) {
      interface Stored {
        readonly message: { readonly data?: string; readonly hdrs?: string };
      }
      const found = await this.#link.api<Stored>(`STREAM.MSG.GET.${stream}`, { last_by_subj: subject });
      if ("error" in found) continue;
      const { data = "", hdrs = "" } = found.message;
      // Markers of those that left or expired have headers that say so, and no data.
      const isGone = /KV-Operation|Nats-Marker-Reason/.test(Buffer.from(hdrs, "base64").toString());
      if (!isGone) this.#heard(subject.slice(prefix.length), Buffer.from(data, "base64").toString());
    }
  }

  /** Returns whether the view changed. */
  #heard(member: string, facts: string | undefined): boolean {
    const before = this.#members.get(member);
    if (facts === undefined) return this.#members.delete(member);
    this.#members.set(member, { facts, at: performance.now() });
    return before?.facts !== facts;
  }

  #hearAll(): void {
    for (const heard of this.#members.values()) heard.at = performance.now();
  }

  #expire(): boolean {
    const oldest = performance.now() - this.ttl;
    const gone = [...this.#members].filter(([, { at }]) => at < oldest);
    for (const [name] of gone) this.#members.delete(name);
    return gone.length > 0;
  }
}
