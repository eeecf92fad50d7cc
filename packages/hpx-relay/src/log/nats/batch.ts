import { randomUUID } from "node:crypto";
import type { Append } from "../log.js";
import { type ApiAnswer, encodedHeaders, type NatsLink } from "./connection.js";
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
    const subject = subjectOf(part.source);
    for (const [index, message] of part.messages.entries()) {
      sequence += 1;
      const isCommit = sequence === size;
      const text = headersFor(part, message, {
        isFirst: index === 0,
        isLast: index === part.messages.length - 1,
        batch: size === 1 ? undefined : { id: batch, sequence, isCommit },
      });
      const payload = bytesOf(message.data);
      if (!isCommit) {
        link.publish(subject, payload, encodedHeaders(text));
        continue;
      }
      const { data } = await link.request(subject, payload, encodedHeaders(text));
      return JSON.parse(Buffer.from(data).toString()) as ApiAnswer<PubAck>;
    }
  }
  throw new TypeError("an append has at least one message");
}

/** The client's own encoder takes three times as long for a short text. */
function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? Buffer.from(data) : data;
}
