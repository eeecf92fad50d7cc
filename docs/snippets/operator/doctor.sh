npx hpx-cli sse doctor --seconds 2s https://example.com/events || echo "exit code $?"
