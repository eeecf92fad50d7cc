/** What was served of one source, since the start of the server. */
export interface SourceCounts {
  /** Clients that are connected. */
  clients: number;
  /** Clients that connected. */
  connects: number;
  /** Of these, those with an id. */
  resumes: number;
  events: number;
  bytes: number;
  /** Times that a client was told that events are missing which the log does not have. */
  gaps: number;
  /** Times that a client was told that the log lost its last events. */
  rewinds: number;
  /** Clients that were cut because they did not take what was sent. */
  slow: number;
}

/** What a server did so far. */
export interface ServeCounts {
  /** By the names of the sources. */
  readonly sources: ReadonlyMap<string, SourceCounts>;
  /** Clients that were refused because there were too many. */
  refused: number;
}

/** The counts of a server that begins. */
export function countsFor(sources: readonly string[]): ServeCounts {
  const none = { clients: 0, connects: 0, resumes: 0, events: 0, bytes: 0, gaps: 0, rewinds: 0, slow: 0 };
  return { sources: new Map(sources.map((source) => [source, { ...none }])), refused: 0 };
}

const METRICS: readonly (readonly [name: string, type: "counter" | "gauge", help: string, key: keyof SourceCounts])[] =
  [
    ["clients", "gauge", "Clients that are connected.", "clients"],
    ["connects_total", "counter", "Clients that connected.", "connects"],
    ["resumes_total", "counter", "Clients that connected with an id.", "resumes"],
    ["events_total", "counter", "Events that were sent, over all clients.", "events"],
    ["bytes_total", "counter", "Bytes that were sent, over all clients.", "bytes"],
    ["gaps_total", "counter", "Gap events sent to clients whose place is not in the log.", "gaps"],
    ["rewinds_total", "counter", "Times that a client was told that the log lost its last events.", "rewinds"],
    ["slow_clients_total", "counter", "Clients that were cut because they did not take what was sent.", "slow"],
  ];

/** The counts in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function metricsOf({ sources, refused }: ServeCounts, isLogThere: boolean): string {
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, samples: readonly string[]): void => {
    const full = `hpx_relay_serve_${name}`;
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...samples.map((sample) => `${full}${sample}`));
  };
  for (const [name, type, help, key] of METRICS) {
    family(
      name,
      type,
      help,
      Array.from(sources, ([source, counts]) => `{source="${source}"} ${counts[key]}`),
    );
  }
  family("refused_total", "counter", "Clients that were refused because there were too many.", [` ${refused}`]);
  family("log_up", "gauge", "1 where the last read of the log was answered.", [` ${isLogThere ? 1 : 0}`]);
  return `${lines.join("\n")}\n`;
}
