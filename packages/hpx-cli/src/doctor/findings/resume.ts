import { idsOf, isStreamHead } from "../facts.js";
import type { Reconnect } from "../evidence.js";
import { formatMilliseconds } from "../../units.js";
import { type Check, error, type Finding, ok, quoted } from "./check.js";

const KEEP = "Keep the last events, and send those after the id that the client names in Last-Event-ID.";

/** Whether a client that names the last event it had gets what follows. */
export const resume: Check = {
  name: "Resume",
  judge({ again, first }) {
    if (again?.after === undefined || again.probe.head === undefined || !isStreamHead(again.probe.head)) return [];
    const { after, expected } = again;
    const came = idsOf(again.probe.notes.events)[0];
    const next = expected[0];
    if (came === undefined && next === undefined) return [];
    if (came === next || (next === undefined && came !== after && came !== idsOf(first.notes.events)[0])) {
      return ok(`after ${quoted(after)} came ${quoted(came as string)}`);
    }
    return [explain(again, after, came, idsOf(first.notes.events))];
  },
};

function explain(
  { expected, probe }: Reconnect,
  after: string,
  came: string | undefined,
  seen: readonly string[],
): Finding {
  const [begin] = seen;
  const named = quoted(after);
  if (came === undefined) {
    const time = formatMilliseconds(probe.watched);
    return error(
      `It does not resume: after ${named} nothing came within ${time}, though events had followed it.`,
      KEEP,
    );
  }
  if (came === after && came === begin) {
    return error(
      `It sends the event that was named (${named}) once more, or all of them: clients get them twice.`,
      KEEP,
    );
  }
  if (came === after) {
    return error(`It sends the event that was named (${named}) once more: clients get it twice.`, "Begin after it.");
  }
  if (came === begin)
    return error(`It ignores Last-Event-ID: after ${named} it began again with ${quoted(came)}.`, KEEP);
  if (seen.slice(0, seen.indexOf(after)).includes(came)) {
    return error(
      `It goes back to ${quoted(came)}, before the event that was named (${named}): clients get some twice.`,
      KEEP,
    );
  }
  const lost = expected.includes(came) ? `left out what lies before ${quoted(came)}` : `went on with ${quoted(came)}`;
  return error(
    `It does not resume: after ${named} came ${quoted(expected[0] ?? "")} at first, but now it ${lost}: events are lost.`,
    KEEP,
  );
}
