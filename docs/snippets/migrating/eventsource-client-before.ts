import { createEventSource } from "eventsource-client"; // version 1

const client = createEventSource({
  url: "https://example.com/events",
  headers: { Authorization: "Bearer token" },
  initialLastEventId: "41",
  onScheduleReconnect: ({ delay }) => console.log("again in", delay),
});

for await (const { event = "message", data, id } of client) {
  console.log(event, data, id); // id is undefined when this event has none
  if (data === "last") break; // leaves the loop; the connection stays open
}
client.close();
