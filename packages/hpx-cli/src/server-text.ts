import { TransportError } from "hpx-transport";
import type { Secrets } from "./request/secrets.js";
import { printable } from "./text.js";

/** A refusal has at most a KiB of body; the text of an error in a stream may be longer. */
const LONGEST = 2000;

/** The data of a stream with a wrong content type is not what the server says about it. */
const EVENTS = /^\uFEFF?(?:data|event|id|retry)?:/;

/**
 * The server's own words about an error, on one line: the start of the body of a refusal, or the text of an error within the
 * stream. The secrets of the request are hidden, because servers repeat them ("bad key sk-...").
 */
export function serverText(error: unknown, secrets: Secrets): string | undefined {
  if (TransportError.is(error, "MAX_RECONNECT_ATTEMPTS")) return serverText(error.cause, secrets);
  if (TransportError.is(error, "SSE_INVALID_STATUS") || TransportError.is(error, "SSE_INVALID_CONTENT_TYPE")) {
    return bodyText(error.details.body, secrets);
  }
  if (TransportError.is(error, "WS_HANDSHAKE")) return bodyText(error.details.body, secrets);
  if (TransportError.is(error, "WS_CLOSED")) return bodyText(error.details.message || error.details.reason, secrets);
  if (TransportError.is(error, "SSE_STREAM_ENDED")) return bodyText(error.details.message ?? "", secrets);
  return undefined;
}

/** The start of a body for people: of HTML only the text; undefined where nothing is left, and for events. */
export function bodyText(body: string, secrets: Secrets): string | undefined {
  if (EVENTS.test(body)) return undefined;
  const hidden = secrets.hideInStart(body);
  const text = /<!doctype|<html/i.test(hidden) ? withoutTags(hidden) : hidden;
  const line = secrets.hide(printable(text).replace(/\s+/g, " ").trim());
  if (line === "") return undefined;
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function withoutTags(html: string): string {
  return html.replace(/<(style|script)\b[^]*?(?:<\/\1>|$)/gi, " ").replace(/<[^>]*(?:>|$)/g, " ");
}
