import { hasControlCharacter } from "./check.js";

/** The longest event ID that is sent, in bytes of UTF-8. Servers take heads of 8 to 64 KiB, and refuse every longer one. */
const LONGEST_ID = 65_536;

/** What {@link fitsHeader} accepts, for messages. */
export const HEADER_ID = "without control characters, without blanks at an end, and of at most 64 KiB";

/** Whether `id` is short enough to be sent. A long id is not looked at: it may have as many bytes as the largest event. */
export function isShortId(id: string): boolean {
  // A code unit is 1 to 3 bytes.
  if (id.length > LONGEST_ID) return false;
  return id.length * 3 <= LONGEST_ID || new TextEncoder().encode(id).length <= LONGEST_ID;
}

/** Whether a header can carry `id` unchanged. Each recipient of a header removes the blanks at the ends of its value. */
export function fitsHeader(id: string): boolean {
  return isShortId(id) && !hasControlCharacter(id) && !/^[ \t]|[ \t]$/.test(id);
}
