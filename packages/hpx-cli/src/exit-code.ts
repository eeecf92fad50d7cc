/** What a command's exit code says; `--help` repeats it. */
export const EXIT = {
  /** It ended well, or was asked to stop. */
  ended: 0,
  /** It gave up, or found what it was looking for: a fault. */
  gaveUp: 1,
  /** It was called in a way that it does not understand. */
  wrongUsage: 2,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
