import sse from "@fastify/sse";
import fastify from "fastify";
import { itemsAfter, port } from "./feed.mjs";

const app = fastify();
await app.register(sse);

app.get("/events", { sse: "only" }, async (_request, reply) => {
  await reply.sse.send(events(reply.sse.lastEventId));
});

async function* events(lastEventId) {
  for await (const item of itemsAfter(lastEventId)) yield { id: String(item.n), data: item };
}

await app.listen({ host: "127.0.0.1", port });
