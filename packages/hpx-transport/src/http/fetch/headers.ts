import { hasTextHeaders, restrictsOrigins } from "./runtime.js";
import { bytesOf, textAsBytes } from "../headers.js";

/** `headers`, one character a byte, as this runtime's fetch is to be given them. */
export function headersToSend(headers: Headers): Headers {
  const result = hasTextHeaders() ? mapped(headers, textOf) : new Headers(headers);
  // Browsers send it by themselves where the cache is not to be used. Given as a header it would cost a preflight at
  // another origin, which EventSource does without.
  if (restrictsOrigins() && headers.get("Cache-Control") === "no-cache") result.delete("Cache-Control");
  return result;
}

/** What this runtime's fetch received, one character a byte. */
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

/** The text that bytes are in UTF-8; what is no UTF-8 stays as it is. */
function textOf(bytes: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(bytes));
  } catch {
    return bytes;
  }
}
