npx hpx-cli sse doctor --seconds 2s --html report.html https://example.com/events || echo "exit code $?"
