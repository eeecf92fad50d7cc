import type { MsgHdrs } from "@nats-io/transport-node";
import { type MarkerKind, MARKS } from "../../marks.js";
import type { Append, LogRecord, Message, Tail } from "../log.js";

/** The last message of a subject that an append expects; 0 for none. */
const EXPECTED = "Nats-Expected-Last-Subject-Sequence";

/** What a header carries as it is: the rest is percent-encoded UTF-8. */
const PLAIN = /^[!-$&-~]*$/;

/** Where a message is in its append: `isFirst` and `isLast` of its source's part; its place in a batch of several. */
export interface Place {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly batch: { readonly id: string; readonly sequence: number; readonly isCommit: boolean } | undefined;
}

/** The headers of a message, as the text that is sent. */
export function headersFor({ source, expected, tag }: Append, message: Message, place: Place): string {
  const { event, id, after, n, at, hash, kind, facts } = message;
  let text = `NATS/1.0\r\n${MARKS.source}: ${source}\r\n${MARKS.event}: ${encode(event)}\r\n${MARKS.id}: ${encode(id)}\r\n`;
  text += `${MARKS.after}: ${after}\r\n${MARKS.n}: ${n}\r\n${MARKS.at}: ${at}\r\n${MARKS.hash}: ${hash}\r\n`;
  if (kind !== undefined) text += `${MARKS.kind}: ${kind}\r\n`;
  if (facts !== undefined) text += `${MARKS.facts}: ${encode(facts)}\r\n`;
  if (place.isLast) text += `${MARKS.tag}: ${tag}\r\n`;
  if (place.isFirst) text += `${EXPECTED}: ${expected}\r\n`;
  const { batch } = place;
  if (batch !== undefined) text += `Nats-Batch-Id: ${batch.id}\r\nNats-Batch-Sequence: ${batch.sequence}\r\n`;
  if (batch?.isCommit === true) text += "Nats-Batch-Commit: 1\r\n";
  return `${text}\r\n`;
}

/** The message without its data, from its headers. */
export function tailFrom(pos: number, get: (name: string) => string): Tail {
  const kind = get(MARKS.kind);
  const tag = get(MARKS.tag);
  return {
    pos,
    source: get(MARKS.source),
    event: decode(get(MARKS.event)),
    id: decode(get(MARKS.id)),
    after: Number(get(MARKS.after)),
    n: Number(get(MARKS.n)),
    at: Number(get(MARKS.at)),
    hash: get(MARKS.hash),
    ...(kind !== "" && { kind: kind as MarkerKind }),
    ...(tag !== "" && { tag }),
  };
}

/** A message as it was delivered. */
export function recordFrom(pos: number, hdrs: MsgHdrs, data: Uint8Array): LogRecord {
  // The client looks through all names for each that is asked for.
  const values = new Map<string, string>();
  for (const [name, [value = ""]] of hdrs) values.set(name, value);
  const get = (name: string): string => values.get(name) ?? "";
  const facts = get(MARKS.facts);
  return { ...tailFrom(pos, get), ...(facts !== "" && { facts: decode(facts) }), data };
}

/** Headers as the API gives them: the bytes of the wire. */
export function parseHeaders(bytes: Buffer): (name: string) => string {
  const values = new Map<string, string>();
  for (const line of bytes.toString("utf8").split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    if (colon > 0) values.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return (name) => values.get(name.toLowerCase()) ?? "";
}

function encode(value: string): string {
  return PLAIN.test(value) ? value : encodeURIComponent(value);
}

function decode(value: string): string {
  return value.includes("%") ? decodeURIComponent(value) : value;
}
