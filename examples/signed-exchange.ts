/**
 * Follows a stream of an exchange that requires a signature for every request. It resumes after LAST_EVENT_ID.
 *
 *     API_KEY=... API_SECRET=... node examples/dist/signed-exchange.js https://example.com/trades binance [LAST_EVENT_ID]
 *
 * API_PASSPHRASE is for exchanges that require one. CLOCK_OFFSET is the difference between the exchange's clock and
 * this clock in milliseconds; it is positive when the exchange is ahead.
 */
import { HmacAuth, type HmacRecipeName, hmacRecipes, TransportError } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

const [url, recipe, lastEventId] = process.argv.slice(2);
const { API_KEY, API_SECRET, API_PASSPHRASE, CLOCK_OFFSET = "0" } = process.env;
if (url === undefined || !isRecipe(recipe) || API_SECRET === undefined) {
  console.error(`usage: API_SECRET=... signed-exchange URL ${hmacRecipes.join("|")} [LAST_EVENT_ID]`);
  process.exit(2);
}

try {
  // Signs the URL, headers and body of each attempt. A request to another origin is not signed.
  const auth = new HmacAuth({
    recipe,
    key: API_KEY,
    secret: API_SECRET,
    passphrase: API_PASSPHRASE,
    clockOffset: Number(CLOCK_OFFSET),
  });
  const connection = SseConnection.open({ url, auth, lastEventId });
  process.once("SIGINT", () => void connection.close());
  for await (const trade of connection) console.log(trade.id, trade.event, trade.data);
  console.log(`resume after ${JSON.stringify(connection.lastEventId)}`);
} catch (error) {
  if (!TransportError.is(error)) throw error;
  // The message has no secret. details.body has the answer of the exchange, which may repeat parts of the request.
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

function isRecipe(name: string | undefined): name is HmacRecipeName {
  return hmacRecipes.some((known) => known === name);
}
