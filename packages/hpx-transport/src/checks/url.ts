/** The URL that `value` is; `undefined` where it cannot be parsed. Tried, because some runtimes have no `URL.canParse`. */
export function parseUrl(value: string | URL): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

/** Whether `value` is a `URL` of any realm. */
export function isUrl(value: unknown): value is URL {
  return value instanceof URL || Object.prototype.toString.call(value) === "[object URL]";
}
