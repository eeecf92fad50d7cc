import { EventStream, H3, serve } from "h3";
import { itemsAfter, port } from "./feed.mjs";

const app = new H3();

app.get("/events", (event) => {
  const stream = new EventStream(event);
  void write(stream, event.req.headers.get("Last-Event-ID"));
  return stream;
});

async function write(stream, lastEventId) {
  for await (const item of itemsAfter(lastEventId)) {
    await stream.push({ id: String(item.n), data: JSON.stringify(item) });
  }
}

serve(app, { hostname: "127.0.0.1", port, silent: true });
