import { TransportError } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

try {
  for await (const trade of SseConnection.open("https://example.com/trades")) console.log(trade.data);
} catch (error) {
  // Temporary failures were retried. An error that arrives here is final, and comes after all events before it.
  if (TransportError.is(error, "SSE_INVALID_STATUS")) {
    console.log("refused:", error.details.status, error.details.body);
  } else if (TransportError.is(error)) {
    console.log(error.code, error.message);
  } else {
    throw error; // not an error of the transport
  }
}
