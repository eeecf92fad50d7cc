import { NodeClient } from "../../../src/http/entries/node.js";
import { type SseConnectionState, SseConnection } from "../../../src/sse/index.js";
import type { ClientOptions, Report } from "./report.js";

// Runs in the client's namespace and reports what it sees, one JSON object a line.
const { url, idleTimeout, ca, moreAfter } = JSON.parse(process.argv[2] ?? "") as ClientOptions;

function report(what: Omit<Report, "at">): void {
  process.stdout.write(`${JSON.stringify({ at: performance.now(), ...what } satisfies Report)}\n`);
}

/** The code that Node gives the failure. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  return systemCode(error.cause) ?? (typeof code === "string" ? code : undefined);
}

const client = ca === undefined ? undefined : new NodeClient({ http2: true, proxy: false, tls: { ca } });
const connection = SseConnection.open(
  { url, client, idleTimeout, connectTimeout: 1000, reconnect: { initialDelay: 100, maxDelay: 1000 } },
  {
    classifyEvent: () => "data",
    onDisconnect: (error) => report({ kind: "disconnected", code: error?.code, cause: systemCode(error) }),
    onStateChange: ({ status }: SseConnectionState) => report({ kind: "state", status }),
  },
);
if (moreAfter !== undefined) setTimeout(() => SseConnection.open({ url, client }), moreAfter);
for await (const { data } of connection) report({ kind: "event", data });
