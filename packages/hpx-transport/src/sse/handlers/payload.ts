/** The JSON of an event's data; undefined where it is none. */
export function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** What lies at `path` in a value from outside; undefined where nothing does. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** The first of these that names an error as a program would, never in words: a server's words may quote a secret. */
export function nameOf(...candidates: unknown[]): string {
  const name = candidates.find((candidate) => typeof candidate === "string" && /^[\w.-]{1,64}$/.test(candidate));
  return typeof name === "string" ? name : "unnamed";
}
