import { UsageError, wrongValue } from "../usage.js";

/** A URL as people type it, and the login that it held. */
export interface Target {
  readonly url: URL;
  /** `user:password`, decoded. */
  readonly login: string | undefined;
}

/** What a command connects to. */
export interface UrlKind {
  /** The schemes that it takes; the first is that of a URL without one. */
  readonly schemes: readonly string[];
  /** What an error says that it takes. */
  readonly expected: string;
}

/** Streams over HTTP. */
const HTTP: UrlKind = {
  schemes: ["http", "https"],
  expected: "an http or https URL, such as https://example.com/events",
};

/** WebSockets. A page may name its WebSocket by an http URL. */
export const WEBSOCKET: UrlKind = {
  schemes: ["ws", "wss", "http", "https"],
  expected: "a ws or wss URL, such as wss://example.com/feed",
};

/**
 * Reads a URL like curl does: without a scheme it is http (ws for WebSockets); `:3000/path` is on this machine. Chrome's "Copy as cURL" writes a
 * backslash before brackets, because curl gives them a meaning of its own.
 */
export function readUrl(text: string, { schemes, expected }: UrlKind = HTTP): Target {
  if (/^curl\s/.test(text)) {
    throw new UsageError(
      "URL: a whole curl command in quotes; write it without the quotes around it: hpx sse curl 'https://...'",
    );
  }
  const plain = text.replace(/\\([[\]{}])/g, "$1");
  const local = /^:\d/.test(plain) ? `localhost${plain}` : plain;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(local) ? local : `${schemes[0]}://${local}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !schemes.includes(url.protocol.slice(0, -1))) {
    throw wrongValue("URL", showUrl(text), `it takes ${expected}`);
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  return { url, login: username + password === "" ? undefined : `${decode(username)}:${decode(password)}` };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrongValue("URL", "this login (hidden)", "a % in a name or password is written %25");
  }
}

/** A URL for people to see: without its login, and without its query, which may hold a key. */
export function publicUrl(url: URL): string {
  return url.origin + url.pathname + (url.search === "" ? "" : "?…");
}

/** What is no URL may still hold a login or a key. */
function showUrl(text: string): string {
  if (text.includes("@")) return "text with a login (hidden)";
  return JSON.stringify(text.replace(/[?#].*$/s, "?…").slice(0, 200));
}
