import { createSession } from "better-sse";
import express from "express";
import { itemsAfter, port } from "./feed.mjs";

const app = express();

app.get("/events", async (request, response) => {
  const session = await createSession(request, response);
  for await (const item of itemsAfter(session.lastId)) {
    if (!session.isConnected) return;
    session.push(item, "message", String(item.n));
  }
});

app.listen(port, "127.0.0.1");
