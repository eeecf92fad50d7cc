import type { Evidence } from "../evidence.js";
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
  const checks = isStream(evidence) ? [...ANSWER, ...STREAM] : ANSWER;
  return checks.flatMap((check) => check.judge(evidence).map((result) => ({ ...result, check: check.name })));
}
