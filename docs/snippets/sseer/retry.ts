import { ExponentialBackoff } from "sseer/retry";

const policy = new ExponentialBackoff({ initialDelay: 500, maxAttempts: 10, jitter: 0 });
console.log(policy.delay(1, { retry: 2000 })); // 2000: the server's `retry` is the base
console.log(policy.delay(3, {})); // 2000: 500 doubled twice
console.log(policy.delay(11, {})); // false: stop
