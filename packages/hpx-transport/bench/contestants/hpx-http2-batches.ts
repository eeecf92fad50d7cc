import { touch } from "./index.js";
import { overHttp2 } from "./over-http2.js";

export default overHttp2(async (stream) => {
  let events = 0;
  for await (const batch of stream.batches()) {
    for (const event of batch) if (touch(event) > 0) events += 1;
  }
  return events;
});
