import { wrongValue } from "../usage.js";

/** The `Authorization` of a login (RFC 7617), in UTF-8. The login is never shown. */
export function basicAuthorization(login: string): string {
  const colon = login.indexOf(":");
  if (colon === -1) {
    throw wrongValue("-u", "a login without a password (hidden)", 'it takes "user:password"; "user:" has none');
  }
  return `Basic ${Buffer.from(login).toString("base64")}`;
}
