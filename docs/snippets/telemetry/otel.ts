import { openTelemetry } from "hpx-transport/otel";
import { SseConnection } from "hpx-transport/sse";

// Uses the global providers, which your OpenTelemetry SDK registers. All connections can share it.
const telemetry = openTelemetry();

for await (const { data } of SseConnection.open({ url: "https://example.com/events", telemetry })) console.log(data);
