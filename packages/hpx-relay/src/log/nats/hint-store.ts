import type { Hint, HintStore } from "../log.js";
import type { NatsLink } from "./connection.js";
import { failureOf } from "./failure.js";

/** There is no message. */
const NO_MESSAGE = 10037;

/** The bucket is there, perhaps with other limits. */
const EXISTS = 10058;

/**
 * Copies of cursors as keys of a KV bucket beside a stream, a key for each source. The bucket is made when it is first used. A copy
 * that is lost matters little: the next one follows.
 */
export class NatsHintStore implements HintStore {
  readonly #link: NatsLink;
  readonly #bucket: string;
  readonly #replicas: number;
  #made: Promise<void> | undefined;

  constructor(link: NatsLink, { name, replicas }: { readonly name: string; readonly replicas: number }) {
    this.#link = link;
    this.#bucket = `hpx_hints_${name}`;
    this.#replicas = replicas;
  }

  async read(source: string): Promise<Hint | undefined> {
    interface Stored {
      readonly message: { readonly data?: string };
    }
    await this.#make();
    const subject = { last_by_subj: this.#subjectOf(source) };
    const answer = await this.#link.api<Stored>(`STREAM.MSG.GET.KV_${this.#bucket}`, subject);
    if ("error" in answer) {
      if (answer.error.err_code === NO_MESSAGE) return undefined;
      throw failureOf(this.#link.url, answer.error);
    }
    return hintIn(Buffer.from(answer.message.data ?? "", "base64").toString());
  }

  async write(hints: ReadonlyMap<string, Hint>): Promise<void> {
    await this.#make();
    let left = hints.size;
    for (const [source, { n, id, after, hash }] of hints) {
      left -= 1;
      const subject = this.#subjectOf(source);
      const text = JSON.stringify({ n, id, after, hash });
      // The answer to the last one says that all of them have arrived.
      if (left > 0) this.#link.publish(subject, text);
      else await this.#link.request(subject, text);
    }
  }

  /** Once; a cluster does not answer for a stream that is not there. */
  #make(): Promise<void> {
    this.#made ??= this.#create().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }

  async #create(): Promise<void> {
    const bucket = this.#bucket;
    const made = await this.#link.api<object>(`STREAM.CREATE.KV_${bucket}`, {
      name: `KV_${bucket}`,
      subjects: [`$KV.${bucket}.>`],
      max_msgs_per_subject: 1,
      discard: "new",
      allow_rollup_hdrs: true,
      num_replicas: this.#replicas,
    });
    if ("error" in made && made.error.err_code !== EXISTS) throw failureOf(this.#link.url, made.error);
  }

  #subjectOf(source: string): string {
    return `$KV.${this.#bucket}.${source}`;
  }
}

/** The hint in a text; `undefined` where somebody else wrote it, or deleted it. */
function hintIn(text: string): Hint | undefined {
  try {
    const { n, id, after, hash } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isSafeInteger(n) || !Number.isSafeInteger(after)) return undefined;
    if (typeof id !== "string" || typeof hash !== "string") return undefined;
    return { n: n as number, id, after: after as number, hash };
  } catch {
    return undefined;
  }
}
