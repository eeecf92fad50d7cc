import type { SseEvent } from "../../sse/index.js";
import type { SequenceContinuity } from "./continuity.js";

/**
 * The continuity of Wikimedia's EventStreams: each event names its Kafka topic, partition and offset in `meta`, and a resume by
 * timestamp repeats the events of that moment (https://wikitech.wikimedia.org/wiki/Event_Platform/EventStreams_HTTP_Service).
 * It parses the data of each event once more.
 */
export function wikimediaContinuity(): SequenceContinuity {
  let last: { readonly event: SseEvent; readonly meta: Meta } | undefined;
  const metaOf = (event: SseEvent): Meta => {
    if (last?.event !== event) last = { event, meta: readMeta(event.data) };
    return last.meta;
  };
  return {
    sequence: (event) => metaOf(event).offset,
    key: (event) => metaOf(event).key,
  };
}

interface Meta {
  readonly key: string;
  readonly offset: number | undefined;
}

function readMeta(data: string): Meta {
  let meta: unknown;
  try {
    meta = (JSON.parse(data) as { meta?: unknown } | null)?.meta;
  } catch {
    meta = undefined;
  }
  const {
    topic = "",
    partition = 0,
    offset,
  } = (meta ?? {}) as { topic?: unknown; partition?: unknown; offset?: unknown };
  const isCounted = typeof offset === "number" && Number.isSafeInteger(offset) && offset >= 0;
  return { key: `${String(topic)}/${String(partition)}`, offset: isCounted ? offset : undefined };
}
