npx hpx-cli sse record -q --max-events 2 https://example.com/events bug.jsonl
npx hpx-cli sse serve --speed 10 bug.jsonl # prints its URL; any client may connect, and resume
