import type { IncomingMessage } from "node:http";
import type { Start } from "./client.js";

/** What a request asks for. */
export interface Asked {
  /** Without the first slash. */
  readonly path: string;
  /** The id of the last event that a client has; empty for none. */
  readonly lastEventId: string;
}

/** Names of a query's parameter for the id, without `-` and `_`, in small letters: libraries write it in several ways. */
const ID_NAME = "lasteventid";

/**
 * Reads the path and the id. A header wins over the query: a client that comes back sends the newer id in the header, and the URL
 * that it was given at first.
 */
export function readRequest({ url = "", headers }: IncomingMessage): Asked {
  const [, path = "", query = ""] = /^\/?([^?#]*)(?:\?([^#]*))?/.exec(url) ?? [];
  const header = headers["last-event-id"];
  const fromHeader = typeof header === "string" ? header : "";
  if (fromHeader !== "") return { path, lastEventId: fromHeader };
  const [, fromQuery = ""] =
    [...new URLSearchParams(query)].find(([name]) => name.toLowerCase().replaceAll(/[-_]/g, "") === ID_NAME) ?? [];
  return { path, lastEventId: fromQuery };
}

/** Where a client begins. The id `earliest` asks for all that the log has, as in Mercure. */
export function startOf(lastEventId: string, otherwise: "now" | "earliest"): Start {
  if (lastEventId === "") return { kind: otherwise };
  return lastEventId === "earliest" ? { kind: "earliest" } : { kind: "after", id: lastEventId };
}
