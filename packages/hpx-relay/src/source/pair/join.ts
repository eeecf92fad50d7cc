/** Events at the end of the log that are looked for together. */
export const WINDOW = 8;

/** Where fewer events than a window are there, so many must agree. */
const LEAST = 3;

/**
 * Finds the end of the log among the events that were heard. `heard` and `logged` are hashes, the oldest first, and `logged`
 * has the last ones of the log. Returns how many of `heard` are in the log, at least `from`; `undefined` where the end of the
 * log was not heard.
 *
 * Where a hearer began within the window, the events since its beginning must agree with the end of the window.
 */
export function join(heard: readonly string[], logged: readonly string[], from = 0): number | undefined {
  const window = logged.slice(-WINDOW);
  if (window.length === 0) return 0;
  for (let end = Math.max(1, from); end <= heard.length; end += 1) {
    const size = Math.min(end, window.length);
    if (size < Math.min(LEAST, window.length)) continue;
    if (agrees(heard, end, window, size)) return end;
  }
  return undefined;
}

/** The last `size` events before `end` are the last ones of the window. */
function agrees(heard: readonly string[], end: number, window: readonly string[], size: number): boolean {
  for (let back = 1; back <= size; back += 1) {
    if (heard[end - back] !== window[window.length - back]) return false;
  }
  return true;
}

/**
 * How many of the first events that were heard are the last ones of the log, where they are too few to join. They may be other
 * events with the same content: beside a gap they are better missing than there twice.
 */
export function overlap(heard: readonly string[], logged: readonly string[]): number {
  for (let size = Math.min(LEAST - 1, heard.length, logged.length); size > 0; size -= 1) {
    if (agrees(heard, size, logged, size)) return size;
  }
  return 0;
}
