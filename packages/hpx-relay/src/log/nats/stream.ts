import { setTimeout as sleep } from "node:timers/promises";
import { TransportError } from "hpx-transport";
import { failureOf } from "./failure.js";
import type { ApiAnswer, ApiError, NatsLink } from "./connection.js";
import type { NatsStreamSettings } from "./options.js";

/** What the relay looks at of a stream's configuration. */
interface StreamConfig {
  readonly name: string;
  readonly subjects?: readonly string[];
  readonly retention: string;
  readonly storage: string;
  readonly num_replicas: number;
  readonly max_age: number;
  readonly max_msgs?: number;
  readonly max_bytes?: number;
  readonly no_ack?: boolean;
  readonly mirror?: unknown;
  readonly sources?: unknown;
  readonly allow_atomic?: boolean;
  readonly subject_transform?: unknown;
}

/** What is known of a stream. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly state: { readonly first_seq: number; readonly last_seq: number };
}

const NOT_FOUND = 10059;
/** A server of the cluster is away, as one is that has just been started. It is tried again for five seconds. */
const NO_PEERS = 10005;
const TRIES = 20;
const BETWEEN_TRIES = 250;
const NANOSECONDS = 1_000_000;

/** The subject of a source. */
export function subjectOf({ subject }: NatsStreamSettings, source: string): string {
  return subject.replace("{source}", source);
}

/**
 * Finds or makes the stream.
 *
 * @throws {TransportError} `CONFIG` for a server or a stream that cannot keep the promise, with the setting to change
 */
export async function openStream(link: NatsLink, settings: NatsStreamSettings): Promise<StreamInfo> {
  const { version } = link;
  if (!version.isAtLeast(2, 12)) {
    throw refused(
      link,
      `nats-server ${version.text}`,
      "atomic batches came with 2.12: update the servers (2.14.4 or later is best)",
    );
  }
  const found = await link.api<StreamInfo>(`STREAM.INFO.${settings.name}`).catch((error: Error) => {
    throw unusable(link, { code: 503, description: error.message });
  });
  if ("error" in found) {
    if (found.error.err_code !== NOT_FOUND) throw unusable(link, found.error);
    return await make(link, settings);
  }
  check(link, found.config, settings);
  if (found.config.allow_atomic === true) return found;
  const updated = await link.api<StreamInfo>(`STREAM.UPDATE.${settings.name}`, { ...found.config, allow_atomic: true });
  if ("error" in updated) throw unusable(link, updated.error);
  return updated;
}

async function make(link: NatsLink, settings: NatsStreamSettings): Promise<StreamInfo> {
  for (let left = TRIES; ; left -= 1) {
    const made = await create(link, settings);
    if (!("error" in made)) return made;
    if (made.error.err_code !== NO_PEERS || left === 0) throw unusable(link, made.error);
    await sleep(BETWEEN_TRIES);
  }
}

async function create(link: NatsLink, settings: NatsStreamSettings): Promise<ApiAnswer<StreamInfo>> {
  const { name, replicas, maxAge } = settings;
  return await link.api<StreamInfo>(`STREAM.CREATE.${name}`, {
    name,
    subjects: [subjectOf(settings, "*")],
    retention: "limits",
    storage: "file",
    num_replicas: replicas,
    max_age: maxAge * NANOSECONDS,
    // Where somebody sets a limit later, the relay waits and deletes nothing.
    discard: "new",
    allow_atomic: true,
  });
}

/** What would break the promise of the relay. */
function check(link: NatsLink, config: StreamConfig, settings: NatsStreamSettings): void {
  const subject = subjectOf(settings, "*");
  const wrong: readonly (readonly [isWrong: boolean, what: string, change: string])[] = [
    [config.mirror !== undefined, "a mirror", "name a stream of its own in stream.name"],
    [config.sources !== undefined, "a stream with sources", "name a stream of its own in stream.name"],
    [
      config.retention !== "limits",
      `retention ${config.retention}`,
      "it deletes what is consumed, and with it the cursors: use retention limits",
    ],
    [config.no_ack === true, "no_ack", "nothing tells that a message is stored: set no_ack to false"],
    [config.storage !== "file", `storage ${config.storage}`, "it forgets everything at a restart: use storage file"],
    [
      config.subject_transform !== undefined,
      "subject_transform",
      "the last message of a source would be elsewhere: remove it",
    ],
    [
      config.subjects?.includes(subject) !== true,
      `subjects ${JSON.stringify(config.subjects ?? [])}`,
      `the relay writes to ${settings.subject}: add ${JSON.stringify(subject)}, or name another stream in stream.name`,
    ],
    [
      config.num_replicas !== settings.replicas,
      `${config.num_replicas} replicas`,
      `the configuration asks for ${settings.replicas}: change the stream, or stream.replicas`,
    ],
  ];
  const found = wrong.find(([isWrong]) => isWrong);
  if (found !== undefined) throw refused(link, `stream ${config.name} with ${found[1]}`, found[2]);
}

function unusable(link: NatsLink, error: ApiError): TransportError<"CONFIG"> {
  const expected =
    "it takes servers with JetStream, and the right to use its API: start them with -js, or grant the rights";
  return refused(link, "JetStream", `${expected} (${failureOf(link.url, error).message})`);
}

function refused(link: NatsLink, what: string, change: string): TransportError<"CONFIG"> {
  return TransportError.config("log", `${link.url}: ${what}`, change);
}
