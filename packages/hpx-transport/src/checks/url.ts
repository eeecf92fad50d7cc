/**
 * The URL that `value` is, against `base` where it is relative; `undefined` where it cannot be parsed. Tried, because some
 * runtimes have no `URL.canParse`.
 */
export function parseUrl(value: string | URL, base?: string): URL | undefined {
  try {
    return new URL(value, base);
  } catch {
    return undefined;
  }
}

/**
 * The URL that relative ones are resolved against: a document's base may differ from its location; workers have a location
 * only, servers mostly neither.
 */
export function baseUrl(): string | undefined {
  const { document, location } = globalThis as { document?: { baseURI?: unknown }; location?: { href?: unknown } };
  const base = document?.baseURI ?? location?.href;
  return typeof base === "string" ? base : undefined;
}

/** Whether `value` is a `URL` of any realm. */
export function isUrl(value: unknown): value is URL {
  return value instanceof URL || Object.prototype.toString.call(value) === "[object URL]";
}
