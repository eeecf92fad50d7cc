import { connect } from "node:http2";
import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { type Contestant, STREAMS, touch } from "./index.js";

const consume: Contestant = async (url, count) => {
  let events = 0;
  const { origin, pathname } = new URL(url);
  const path = `${pathname}?count=${count / STREAMS}`;
  const session = connect(origin);
  const read = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const parser = createParser({
        onEvent: (event) => {
          if (touch(event) > 0) events += 1;
        },
      });
      const decoder = new StringDecoder("utf8");
      const stream = session.request({ ":path": path });
      stream.on("data", (chunk: Buffer) => parser.feed(decoder.write(chunk)));
      stream.on("end", resolve);
      stream.on("error", reject);
    });
  await Promise.all(Array.from({ length: STREAMS }, read));
  session.close();
  return events;
};
export default consume;
