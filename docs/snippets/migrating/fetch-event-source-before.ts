import { fetchEventSource } from "@microsoft/fetch-event-source"; // version 2

const cancel = new AbortController();
await fetchEventSource("https://example.com/answer", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ question: "why?" }),
  signal: cancel.signal,
  openWhenHidden: true, // without it, a hidden page drops the connection and sends the POST again when it is visible
  async onopen(response) {
    if (response.status >= 400) throw new Error(`status ${response.status}`);
  },
  onmessage({ event, data }) {
    if (event === "done") cancel.abort();
    else console.log(data);
  },
  onerror(error) {
    throw error; // without this line it sends the POST again and again
  },
});
