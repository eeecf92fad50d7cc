// In what runtimes differ where all of them have fetch; each is asked for by what it has, never by its name alone.

/**
 * Browsers, in windows and workers alike: they restrict what may be sent to other origins, and hide where a redirect
 * leads.
 */
export function restrictsOrigins(): boolean {
  return "crossOriginIsolated" in globalThis;
}

/** Edge workers on workerd: a header is text there, in UTF-8 on the wire; elsewhere it has one character a byte. */
export function hasTextHeaders(): boolean {
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

/** Headers that the runtime writes as it likes and takes without a word, in lower case. Browsers leave theirs out visibly. */
export function overwrittenHeaders(): ReadonlySet<string> {
  if (repeatsRequests()) return new Set(["host"]);
  return new Set(hasTextHeaders() ? ["host", "te", "connection"] : []);
}
