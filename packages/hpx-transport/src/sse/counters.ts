/** The counts behind `handle.stats`, as the driver and its attempts write them. */
export interface Counters {
  attempts: number;
  reconnects: number;
  bytes: number;
  events: number;
  dropped: number;
}
