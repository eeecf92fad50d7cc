import type { Secrets } from "../request/secrets.js";
import { publicUrl } from "../request/url.js";

/** The headers that say how a stream is sent. All others are left out: any of them may hold a key, a cookie or the URL. */
const PUBLIC: ReadonlySet<string> = new Set(
  (
    "access-control-allow-credentials access-control-allow-origin age cache-control connection content-encoding " +
    "content-length content-type date expires keep-alive location pragma retry-after server transfer-encoding vary via " +
    "x-accel-buffering x-cache x-powered-by"
  ).split(" "),
);

/** A content type that is nothing else, which no secret can look like. */
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;\s*charset="?[\w-]+"?)?$/;

/** The headers of a response that can be handed on, without queries and `secrets`. */
export function publicHeaders(headers: Headers, secrets: Secrets): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (!PUBLIC.has(name)) continue;
    if (name === "content-type" && CONTENT_TYPE.test(value)) shown[name] = value;
    else shown[name] = secrets.hide(name === "location" ? withoutQuery(value) : value);
  }
  return shown;
}

function withoutQuery(location: string): string {
  return URL.canParse(location) ? publicUrl(new URL(location)) : location.replace(/[?#].*$/s, "?…");
}
