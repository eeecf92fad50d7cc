/** What a source did since the relay started. */
export interface SourceCounts {
  /** Events that are in the log. */
  events: number;
  /** The bytes of their data. */
  bytes: number;
  /** Events that came again and were dropped. */
  duplicates: number;
  /** Markers of gaps. */
  gaps: number;
  /** Times that the log lost its end. */
  rewinds: number;
  /** Times that another relay appended. */
  fenced: number;
  /** When the last event was read that is in the log, in milliseconds since 1970. */
  lastAt: number | undefined;
}

/** All at 0. */
export function noCounts(): SourceCounts {
  return { events: 0, bytes: 0, duplicates: 0, gaps: 0, rewinds: 0, fenced: 0, lastAt: undefined };
}
