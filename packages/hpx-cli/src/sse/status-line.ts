import type { Colors } from "../colors.js";
import { columnsOf, cut, errorLine, printable } from "../text.js";
import { formatMilliseconds } from "../units.js";
import type { Progress } from "./progress.js";

/** The line below the events: the state, events a second, the counts, what went wrong; in at most `columns`. */
export function statusLine(progress: Progress, columns: number, colors: Colors): string {
  const { state } = progress;
  const paint = { connected: colors.green, closed: colors.dim }[state.status as string] ?? colors.yellow;
  const head = cut(`● ${stateText(progress)}`, columns);
  const why = state.status === "reconnecting" && state.error !== undefined ? [errorLine(state.error)] : [];
  const rest = [`${progress.rate.perSecond(performance.now())} events/s`, ...progress.counts(), ...why];
  return paint(head) + colors.dim(cut(printable(` · ${rest.join(" · ")}`), columns - columnsOf(head)));
}

/** The state, with what is left of a wait. */
function stateText({ state, inState }: Progress): string {
  if (state.status !== "reconnecting") return state.status;
  return `reconnecting in ${formatMilliseconds(Math.max(0, state.delay - inState))}`;
}
