export HPX_KEY=demo HPX_SECRET=demo
npx hpx-cli sse --hmac bybit https://example.com/orders
