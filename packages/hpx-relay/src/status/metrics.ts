import { type RelayStatus, SOURCE_STATES, type SourceStatus } from "./status.js";

/** A metric of each source: its type, its help, and its value. */
type SourceMetric = readonly [
  name: string,
  type: "counter" | "gauge",
  help: string,
  value: (source: SourceStatus) => number | undefined,
];

const SOURCE_METRICS: readonly SourceMetric[] = [
  ["events_total", "counter", "Events that are in the log.", ({ events }) => events],
  ["bytes_total", "counter", "Bytes of the data of these events.", ({ bytes }) => bytes],
  ["fenced_total", "counter", "Times that another relay appended first.", ({ fenced }) => fenced],
  ["rewinds_total", "counter", "Times that the log lost its end.", ({ rewinds }) => rewinds],
  ["gaps_total", "counter", "Markers of gaps.", ({ gaps }) => gaps],
  ["duplicates_total", "counter", "Events that came again and were dropped.", ({ duplicates }) => duplicates],
  ["blocked", "gauge", "1 while an append waits for the log.", ({ state }) => (state === "blocked" ? 1 : 0)],
  ["lag_seconds", "gauge", "How long the oldest event that is not in the log has waited.", ({ lag }) => lag],
  [
    "takeover_seconds",
    "gauge",
    "From the decision to run the source here until it was connected.",
    ({ takeover }) => takeover,
  ],
];

/** The status in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function metricsOf({ ready, log, sources }: RelayStatus): string {
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, samples: readonly string[]): void => {
    lines.push(`# HELP hpx_relay_${name} ${help}`, `# TYPE hpx_relay_${name} ${type}`);
    for (const sample of samples) lines.push(`hpx_relay_${sample}`);
  };
  for (const [name, type, help, value] of SOURCE_METRICS) {
    const samples = sources.flatMap((source) => {
      const found = value(source);
      return found === undefined ? [] : `${name}{source="${source.name}"} ${found}`;
    });
    family(name, type, help, samples);
  }
  const inState = (state: string): number => sources.filter((source) => source.state === state).length;
  family(
    "sources",
    "gauge",
    "Sources by their state.",
    SOURCE_STATES.map((state) => `sources{state="${state}"} ${inState(state)}`),
  );
  family("commits_total", "counter", "Appends that succeeded.", [`commits_total ${log.commits}`]);
  family("commit_seconds", "summary", "How long they took.", [
    `commit_seconds_sum ${log.commitSeconds}`,
    `commit_seconds_count ${log.commits}`,
  ]);
  family("ready", "gauge", "1 where the relay is ready.", [`ready ${ready ? 1 : 0}`]);
  return `${lines.join("\n")}\n`;
}
