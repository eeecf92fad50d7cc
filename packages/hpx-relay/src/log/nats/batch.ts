import { randomUUID } from "node:crypto";
import type { Append } from "../log.js";
import type { ApiAnswer, NatsLink } from "./connection.js";
import { headersFor } from "./marks.js";

/** The acknowledgement of a publish or a batch. */
export interface PubAck {
  /** The sequence of the last message. */
  readonly seq: number;
  /** Only of a batch: how many messages it had. */
  readonly count?: number;
}

/**
 * Sends all parts as one atomic batch, all of it stored or nothing; one message alone is a plain publish. Each part expects
 * its own last message. Only the last message of a batch is answered.
 */
export async function sendBatch(
  link: NatsLink,
  parts: readonly Append[],
  subjectOf: (source: string) => string,
): Promise<ApiAnswer<PubAck>> {
  const size = parts.reduce((sum, { messages }) => sum + messages.length, 0);
  const batch = randomUUID();
  let sequence = 0;
  for (const part of parts) {
    for (const [index, message] of part.messages.entries()) {
      sequence += 1;
      const isLast = index === part.messages.length - 1;
      const hdrs = headersFor(part, message, { isFirst: index === 0, isLast });
      const subject = subjectOf(part.source);
      if (size > 1) {
        hdrs.set("Nats-Batch-Id", batch);
        hdrs.set("Nats-Batch-Sequence", String(sequence));
      }
      if (sequence < size) {
        link.publish(subject, message.data, hdrs);
        continue;
      }
      if (size > 1) hdrs.set("Nats-Batch-Commit", "1");
      const { data } = await link.request(subject, message.data, hdrs);
      return JSON.parse(Buffer.from(data).toString()) as ApiAnswer<PubAck>;
    }
  }
  throw new TypeError("an append has at least one message");
}
