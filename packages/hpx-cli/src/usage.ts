/** What a command's exit code says; `--help` repeats it. */
export const EXIT = {
  /** It ended well, or was asked to stop. */
  ended: 0,
  /** It gave up, or the doctor found an error. */
  gaveUp: 1,
  /** It was called in a way that it does not understand. */
  wrongUsage: 2,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Wrong usage: the command ends with exit code 2 and this one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `option` was given `value` (never a secret); `fix` says what it takes. */
export function wrongValue(option: string, value: string, fix: string): UsageError {
  return new UsageError(`${option}: ${value} cannot be used; ${fix}`);
}

/** A value as an error shows it: quoted, and cut where it is long. Never call it with what may be a secret. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
