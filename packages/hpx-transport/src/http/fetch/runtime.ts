import { bytesOf, textAsBytes } from "../headers.js";

// How the fetch of one runtime differs from that of another. A runtime is recognised by what it has, not by its name alone.

/**
 * Browsers, in windows and workers alike: they restrict what may be sent to other origins, and hide where a redirect
 * leads.
 */
export function restrictsOrigins(): boolean {
  return "crossOriginIsolated" in globalThis;
}

/** Edge workers on workerd: a header is text there, in UTF-8 on the wire; elsewhere it has one character a byte. */
function hasTextHeaders(): boolean {
  try {
    void new Headers({ name: "\u0100" });
    return true;
  } catch {
    return false;
  }
}

/** Deno sends a request a second time when its connection ends before the answer, whatever its method, if it can. */
export function repeatsRequests(): boolean {
  return "Deno" in globalThis;
}

/** Headers, in lower case, that the runtime accepts but overwrites. Browsers drop theirs, which can be seen. */
export function overwrittenHeaders(): ReadonlySet<string> {
  if (repeatsRequests()) return new Set(["host"]);
  return new Set(hasTextHeaders() ? ["host", "te", "connection"] : []);
}

/** `headers`, one character a byte, as this runtime's fetch is to be given them. */
export function headersToSend(headers: Headers): Headers {
  const result = hasTextHeaders() ? mapped(headers, textOf) : new Headers(headers);
  // Browsers send it by themselves where the cache is not to be used. Given as a header it would cost a preflight at
  // another origin, which EventSource does without.
  if (restrictsOrigins() && headers.get("Cache-Control") === "no-cache") result.delete("Cache-Control");
  return result;
}

/** The headers that this runtime's fetch received, one character a byte. */
export function receivedHeaders(headers: Headers): Headers {
  return hasTextHeaders() ? mapped(headers, textAsBytes) : headers;
}

function mapped(headers: Headers, map: (value: string) => string): Headers {
  const result = new Headers(headers);
  for (const [name, value] of headers) {
    const changed = map(value);
    if (changed !== value) result.set(name, changed);
  }
  return result;
}

/** `bytes` decoded as UTF-8; bytes that are not UTF-8 stay as they are. */
function textOf(bytes: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(bytes));
  } catch {
    return bytes;
  }
}
