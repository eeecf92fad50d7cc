npx hpx-cli sse --text choices.0.delta.content --handler openai \
  --json '{"stream": true}' https://example.com/v1/chat/completions
