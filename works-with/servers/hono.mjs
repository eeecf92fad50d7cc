import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { itemsAfter, port } from "./feed.mjs";

const app = new Hono();

app.get("/events", (context) =>
  streamSSE(context, async (stream) => {
    for await (const item of itemsAfter(context.req.header("Last-Event-ID"))) {
      await stream.writeSSE({ id: String(item.n), data: JSON.stringify(item) });
    }
  }),
);

serve({ fetch: app.fetch, hostname: "127.0.0.1", port });
