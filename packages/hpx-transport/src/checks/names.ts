/** The first candidate that is a name or a number. */
export function nameOf(...candidates: unknown[]): string {
  const name = candidates.find(isName);
  return name === undefined ? "unnamed" : String(name);
}

/** Whether a value is a name or a number, and no sentence: a server's sentence may quote a secret. */
export function isName(value: unknown): value is string | number {
  return typeof value === "string" ? /^[\w.-]{1,64}$/.test(value) : Number.isSafeInteger(value);
}
