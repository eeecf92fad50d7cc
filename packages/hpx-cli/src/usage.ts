/** Wrong usage: the command ends with exit code 2 and this one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `option` was given `value` (never a secret); `wayOut` says what it takes. */
export function wrongValue(option: string, value: string, wayOut: string): UsageError {
  return new UsageError(`${option}: ${value} cannot be used; ${wayOut}`);
}

/** A value as an error shows it: quoted, and cut where it is long. Never call it with what may be a secret. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
