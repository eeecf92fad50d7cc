/**
 * Counts events and reads one character of each string. The read makes the engine build a string that is still a
 * concatenation, and the sum shows when two parsers found different data.
 */
export class Checksum {
  events = 0;
  sum = 0;
  /** Also read, but not compared: parsers give different values for an event without a type or an id. */
  other = 0;

  add(event: string | undefined, data: string, id: string | undefined): void {
    this.events++;
    this.sum = (this.sum + touch(data)) | 0;
    if (event !== undefined && event !== "message") this.other = (this.other + touch(event)) | 0;
    if (id !== undefined && id !== "") this.other = (this.other + touch(id)) | 0;
  }
}

function touch(text: string): number {
  const { length } = text;
  return length === 0 ? 0 : length + text.charCodeAt(length - 1);
}
