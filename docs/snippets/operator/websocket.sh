echo '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}' |
  npx hpx-cli ws --quiet --raw --max-messages 1 wss://example.com/rpc
npx hpx-cli ws --quiet --no-input --handler kraken --subscribe ticker:BTC/USD --max-messages 2 wss://example.com/v2
