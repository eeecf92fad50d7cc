/**
 * Methods that only ask (RFC 9110, section 9.2.1, and QUERY): sending them again changes nothing at the server.
 * TRACE is left out: no client sends it.
 */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY"]);

/** Whether a request with `method` may be sent twice without acting twice. */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}
