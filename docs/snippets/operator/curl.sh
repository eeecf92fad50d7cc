npx hpx-cli sse -H 'X-Api-Key: demo' --last-event-id 41 --idle-timeout 45s https://example.com/trades
npx hpx-cli sse --handler openai --json '{"stream": true}' https://example.com/v1/chat/completions
