import { initTRPC, tracked } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { z } from "zod";
import { itemsAfter, port } from "./feed.mjs";

const t = initTRPC.create();

// A subscription over server-sent events: `GET /events`. tRPC puts the `Last-Event-ID` header into the input.
const router = t.router({
  events: t.procedure
    .input(z.object({ lastEventId: z.string().optional() }).optional())
    .subscription(async function* events({ input }) {
      for await (const item of itemsAfter(input?.lastEventId)) yield tracked(String(item.n), item);
    }),
});

createHTTPServer({ router }).listen(port, "127.0.0.1");
