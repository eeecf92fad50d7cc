import { publicUrl } from "../request/url.js";

/** Cookies are keys. */
const PRIVATE = new Set(["set-cookie", "set-cookie2", "authorization", "proxy-authorization", "authentication-info"]);

/** A response's headers as they may be handed on: without cookies, queries, and what `secrets` the server echoes. */
export function publicHeaders(headers: Headers, secrets: readonly string[]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (PRIVATE.has(name)) continue;
    const text = name === "location" ? withoutQuery(value) : value;
    shown[name] = secrets.some((secret) => text.includes(secret)) ? "(hidden)" : text;
  }
  return shown;
}

function withoutQuery(location: string): string {
  return URL.canParse(location) ? publicUrl(new URL(location)) : location.replace(/[?#].*$/s, "?…");
}
