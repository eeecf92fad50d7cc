/** A message of the log, as the auditor read it. */
export interface Row {
  readonly pos: number;
  readonly source: string;
  readonly n: number;
  readonly event: string;
  readonly id: string;
  readonly after: number;
  readonly at: number;
  readonly hash: string;
  /** Of a marker; empty for an event. */
  readonly kind: string;
  /** Of a marker: JSON. */
  readonly facts: string;
  /** Empty where the message is not the last of its source in its append. */
  readonly tag: string;
  readonly data: string;
}
