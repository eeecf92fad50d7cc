/**
 * The constructor's `url` (WHATWG HTML, 9.2.2), resolved against the document or worker, if there is one.
 *
 * @throws {DOMException} `SyntaxError`
 */
export function resolveUrl(url: string | URL): URL {
  const base = baseUrl();
  try {
    return new URL(url, base);
  } catch {
    const hint = base === undefined ? "; it takes an absolute URL here, because there is no location" : "";
    throw new DOMException(`EventSource: the URL cannot be parsed${hint}`, "SyntaxError");
  }
}

/** A document's base may differ from its location; workers have a location only, servers mostly neither. */
function baseUrl(): string | undefined {
  const { document, location } = globalThis as { document?: { baseURI?: unknown }; location?: { href?: unknown } };
  const base = document?.baseURI ?? location?.href;
  return typeof base === "string" ? base : undefined;
}
