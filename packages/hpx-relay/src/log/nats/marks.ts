import type { MsgHdrs } from "@nats-io/transport-node";
import { type MarkerKind, MARKS } from "../../marks.js";
import type { Append, LogRecord, Message, Tail } from "../log.js";
import { headersOf } from "./connection.js";

/** The last message of a subject that an append expects; 0 for none. */
const EXPECTED = "Nats-Expected-Last-Subject-Sequence";

/** What a header carries as it is: the rest is percent-encoded UTF-8. */
const PLAIN = /^[!-$&-~]*$/;

/** The headers of a message. `isFirst` and `isLast`: of its source's part in the append. */
export function headersFor(
  { source, expected, tag }: Append,
  message: Message,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): MsgHdrs {
  const { event, id, after, n, at, hash, kind, facts } = message;
  return headersOf({
    [MARKS.source]: source,
    [MARKS.event]: encode(event),
    [MARKS.id]: encode(id),
    [MARKS.after]: String(after),
    [MARKS.n]: String(n),
    [MARKS.at]: String(at),
    [MARKS.hash]: hash,
    ...(kind !== undefined && { [MARKS.kind]: kind }),
    ...(facts !== undefined && { [MARKS.facts]: encode(facts) }),
    ...(isLast && { [MARKS.tag]: tag }),
    ...(isFirst && { [EXPECTED]: String(expected) }),
  });
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
  const facts = hdrs.get(MARKS.facts);
  return { ...tailFrom(pos, (name) => hdrs.get(name)), ...(facts !== "" && { facts: decode(facts) }), data };
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
