npx hpx-cli sse https://example.com/events                              # in a terminal: a live view
npx hpx-cli sse -q --event trade --parse https://example.com/events | head -2 # in a pipe: a line of JSON an event
