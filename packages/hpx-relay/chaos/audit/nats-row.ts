import type { StoredMessage } from "../logs/nats-admin.js";
import type { Row } from "./row.js";

/** Reads a message of the stream by the description of its headers in the relay's README, and by no code of the relay. */
export function rowFrom({ seq, subject, hdrs = "", data = "" }: StoredMessage["message"]): Row {
  const headers = new Map<string, string>();
  for (const line of Buffer.from(hdrs, "base64").toString("latin1").split("\r\n")) {
    const at = line.indexOf(":");
    if (at > 0) headers.set(line.slice(0, at), decodeURIComponent(line.slice(at + 1).trim()));
  }
  const get = (name: string): string => headers.get(`Hpx-${name}`) ?? "";
  const source = get("Source");
  if (subject !== `feed.${source}`)
    throw new Error(`message ${seq}: the source ${source} is on the subject ${subject}`);
  return {
    pos: seq,
    source,
    n: Number(get("N")),
    event: get("Event"),
    id: get("Id"),
    after: Number(get("After")),
    at: Number(get("At")),
    hash: get("Hash"),
    kind: get("Kind"),
    facts: get("Facts"),
    tag: get("Tag"),
    data: Buffer.from(data, "base64").toString(),
  };
}
