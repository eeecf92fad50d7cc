/** Where a source is in its life. */
export type SourceState =
  /** The end of the log is read, or waited for; `error` says why it takes long. */
  | { readonly kind: "starting"; readonly error?: unknown }
  /** A connection is made, or made again after `error`. */
  | { readonly kind: "connecting"; readonly error?: unknown }
  /** Connected: what comes is appended. */
  | { readonly kind: "flowing" }
  /** It gave up: the server refused for good, an event is too large, or the log refused it. Tried again at a reload. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** The server said that nothing more comes. */
  | { readonly kind: "ended" }
  /** Another member of the group runs it; or none, which has an empty name, and `error` says why. */
  | { readonly kind: "standby"; readonly owner: string; readonly error?: unknown }
  /** The relay reads it no more. */
  | { readonly kind: "stopped" };
