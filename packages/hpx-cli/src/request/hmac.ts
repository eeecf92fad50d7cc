import { type Authentication, HmacAuth, hmacRecipes } from "hpx-transport";
import { shown, UsageError, wrongValue } from "../usage.js";
import { asUsage } from "./config-error.js";

/** Where the key and the secrets come from: arguments can be read by every user of a machine. */
export const HMAC_VARIABLES = ["HPX_KEY", "HPX_SECRET", "HPX_PASSPHRASE"] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Signs as `--hmac RECIPE` says, with what the environment holds. */
export function hmacAuth(name: string, env: Environment): Authentication {
  const recipe = hmacRecipes.find((each) => each === name);
  if (recipe === undefined) throw wrongValue("--hmac", shown(name), `it takes ${hmacRecipes.join(", ")}`);
  const [key, secret, passphrase] = HMAC_VARIABLES.map((variable) => env[variable] || undefined);
  if (secret === undefined) throw new UsageError("--hmac: it signs with HPX_SECRET; set it in the environment");
  try {
    return new HmacAuth({ recipe, key, secret, passphrase });
  } catch (error) {
    throw asUsage(error);
  }
}
