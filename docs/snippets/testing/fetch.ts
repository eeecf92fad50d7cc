import { FetchClient } from "hpx-transport/http";
import { SseConnection } from "hpx-transport/sse";

// Stands for the `fetch` that nock or msw put in place of the runtime's.
const answer = new Response("data: a\n\n", { headers: { "content-type": "text/event-stream" } });
const client = new FetchClient({ fetch: () => Promise.resolve(answer) });

const connection = SseConnection.open({ url: "https://example.com/events", client, reconnect: false });
for await (const { data } of connection) console.log(data);
