/** The `code` of a system, TLS or undici error. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** An error with a `code`, as Node's are. */
export function codedError(message: string, code: string | undefined): Error {
  return Object.assign(new Error(message), { code });
}
