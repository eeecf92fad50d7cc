npx hpx-cli curl 'https://example.com/trades?v=\[2\]' \
  -H 'accept: text/event-stream' \
  -b 'session=demo' \
  --compressed --max-events 1
