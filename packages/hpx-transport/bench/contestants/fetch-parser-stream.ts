import { EventSourceParserStream } from "eventsource-parser/stream";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = async (url) => {
  let events = 0;
  const { body } = await fetch(url);
  const text = body?.pipeThrough(new TextDecoderStream());
  for await (const event of text?.pipeThrough(new EventSourceParserStream()) ?? []) if (touch(event) > 0) events += 1;
  return events;
};
export default consume;
