import { formatMilliseconds } from "../../units.js";
import type { Probe } from "../evidence.js";
import { type Check, ok, warning } from "./check.js";

/** Events that many servers send in place of a comment. */
export const BEAT: RegExp = /^(ping|heart-?_?beat|keep-?_?alive)$/i;
/** A silence of this share of the watch is no accident. */
const LONG = 0.6;
/** For so long after the first byte, in milliseconds, it is still the beginning. */
const GREETING = 100;

/** Whether a quiet connection shows that it is alive. */
export const heartbeats: Check = {
  name: "Heartbeats",
  judge({ first, interrupted }) {
    const { notes, end, watched } = first;
    const beats = beatsOf(first);
    const [beat] = beats;
    if (beat !== undefined) {
      const every = ((beats.at(-1) as number) - beat) / Math.max(1, beats.length - 1);
      return ok(beats.length === 1 ? "one came" : `one every ${formatMilliseconds(every)}`);
    }
    if (end !== undefined || interrupted) return [];
    const silence = formatMilliseconds(notes.longestSilence);
    if (notes.longestSilence < watched * LONG) return ok(`never silent for longer than ${silence}`);
    return [
      warning(
        `For ${silence} nothing came, not even a comment: proxies cut such a connection (nginx after proxy_read_timeout, HAProxy after timeout server; often 60 s), and clients cannot distinguish it from a dead one.`,
        "Send a comment (`:\\n\\n`) every 15 seconds or so; if it does so less often, look longer with --seconds.",
      ),
    ];
  },
};

/** When they came; a comment that comes at once is a greeting. */
function beatsOf({ notes }: Probe): readonly number[] {
  const events = notes.events.filter(({ event }) => BEAT.test(event));
  const beats = notes.comments.length >= events.length ? notes.comments : events;
  const greeting = notes.bursts[0]?.at ?? 0;
  return beats.map(({ at }) => at).filter((at) => at > greeting + GREETING);
}
