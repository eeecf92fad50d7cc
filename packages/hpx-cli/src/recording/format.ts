/**
 * A recording is a file of JSON lines. The first one is the header; each of the others is an entry, with `t`, the
 * milliseconds since the recording began:
 *
 * ```text
 * {"format":"hpx-sse-recording","version":1,"url":"https://example.com/events","method":"GET","started":"2026-01-31T12:00:00.000Z"}
 * {"t":0.1,"request":{"lastEventId":""}}
 * {"t":31.5,"response":{"status":200,"headers":{"content-type":"text/event-stream"}}}
 * {"t":32.0,"text":"id: 1\ndata: a\n\n"}
 * {"t":932.4,"base64":"aWQ6IDIKZGF0YTog4g=="}
 * {"t":933.0,"end":"broken","error":"the connection ended before the response was whole"}
 * ```
 *
 * A chunk of the body is `text` where it is UTF-8, `base64` where it is not, or is cut inside a character. Bodies are
 * recorded after decompression. Each line is written at once, so a recording that was killed lacks its last line at most.
 */
export const FORMAT = { format: "hpx-sse-recording", version: 1 } as const;

/** The first line. */
export interface RecordingHeader {
  readonly format: typeof FORMAT.format;
  readonly version: number;
  /** Without its login, and without its query, which may hold a key. */
  readonly url: string;
  readonly method: string;
  /** When `t` was 0, as ISO 8601. */
  readonly started: string;
}

/** How the response to a request ended: complete, cut or missing, or stopped by the recording client. */
export type RecordedEnding = "complete" | "broken" | "stopped";

/** The content of an entry, beside its time. */
export type EntryContent =
  | { readonly request: { readonly lastEventId: string } }
  | { readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>> } }
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly end: RecordedEnding; readonly error?: string };

/** Every line but the first. */
export type RecordingEntry = { readonly t: number } & EntryContent;
