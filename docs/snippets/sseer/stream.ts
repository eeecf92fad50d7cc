import { EventStream } from "sseer";

const response = await fetch("https://example.com/stream", { headers: { accept: "text/event-stream" } });
if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);

for await (const { event, data, id } of new EventStream(response.body)) {
  console.log(event, data, id);
}
