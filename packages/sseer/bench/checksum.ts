/**
 * Counts events, and touches every string. That makes an engine build a string that it has only planned (a
 * concatenation), and tells apart parsers that found different data.
 */
export class Checksum {
  events = 0;
  sum = 0;
  /** Touched as well, but not compared: parsers differ in what an event without a type or an id has. */
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
