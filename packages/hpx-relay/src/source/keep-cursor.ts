import type { RelayLog } from "../log/log.js";
import type { Aligner } from "./align/align.js";
import type { LogEnd, Stop } from "./log-end.js";
import type { Turns } from "./turns.js";

/**
 * In a log that forgets, writes the cursor of a quiet source again before it is gone. `onStop` is told why no more can be
 * appended. Returns what ends it.
 */
export function keepCursor(
  { forgetting }: RelayLog,
  { end, aligner, turns }: { readonly end: LogEnd; readonly aligner: Aligner; readonly turns: Turns },
  onStop: (stop: Stop) => void,
): () => void {
  if (forgetting === undefined) return () => {};
  async function look(isFading: NonNullable<RelayLog["forgetting"]>["isFading"]): Promise<void> {
    const { known, knownAt } = end;
    if (known === undefined || !(await isFading({ pos: known.pos, at: knownAt }))) return;
    const stop = await turns.take(async () =>
      // An event may have come meanwhile.
      end.known === known ? await end.append([aligner.marker("cursor", {}, Date.now())]) : undefined,
    );
    if (stop !== undefined) onStop(stop);
  }
  // A look that fails is made again.
  const timer = setInterval(() => void look((last) => forgetting.isFading(last)).catch(() => {}), forgetting.interval);
  return () => clearInterval(timer);
}
