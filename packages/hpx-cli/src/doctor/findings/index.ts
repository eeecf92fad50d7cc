import type { Evidence } from "../evidence.js";
import { isHeldBack } from "../facts.js";
import type { Check, CheckResult } from "./check.js";
import { buffering } from "./buffering.js";
import { caching } from "./caching.js";
import { compression } from "./compression.js";
import { contentType, isStream } from "./content-type.js";
import { crossOrigin } from "./cross-origin.js";
import { ending } from "./ending.js";
import { events } from "./events.js";
import { format } from "./format.js";
import { heartbeats } from "./heartbeats.js";
import { ids } from "./ids.js";
import { promptHeaders } from "./prompt-headers.js";
import { reachable } from "./reachable.js";
import { reconnect } from "./reconnect.js";
import { reconnectionTime } from "./reconnection-time.js";
import { redirects } from "./redirects.js";
import { resume } from "./resume.js";
import { status } from "./status.js";

/** About the answer. */
const ANSWER: readonly Check[] = [reachable, redirects, status, contentType];
/** About the stream, where the answer was one. */
const STREAM: readonly Check[] = [
  promptHeaders,
  caching,
  crossOrigin,
  events,
  buffering,
  compression,
  heartbeats,
  format,
  ids,
  reconnectionTime,
  ending,
  reconnect,
  resume,
];

/** A result with the name of its check. */
export type NamedResult = CheckResult & { readonly check: string };

/** The results of all checks, in the order of the report. */
export function judge(evidence: Evidence): readonly NamedResult[] {
  const { uncompressed } = evidence;
  const heldBack = isHeldBack(evidence);
  // Where compression keeps everything back, there is nothing else to see of the compressed stream.
  const visible = heldBack && uncompressed !== undefined ? { ...evidence, first: uncompressed } : evidence;
  const checks = isStream(visible) ? [...ANSWER, ...STREAM] : ANSWER;
  return checks.flatMap((check) => {
    const results = check.judge(check === compression ? evidence : visible);
    return results.map((result) => ({ ...result, check: check.name }));
  });
}
