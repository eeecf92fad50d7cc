import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { TransportError } from "../../../error.js";
import { checkTlsOptions, type Pem, type TlsOptions } from "./tls-options.js";

/** Sessions kept for resuming, one for each server; the oldest is forgotten. */
const MAX_SESSIONS = 100;

/** TLS as the options want it. Certificates and keys are read once, and shared by all connections. */
export class Tls {
  /** The option that holds these settings, for hints in errors. */
  readonly field: string;
  readonly servername: string | undefined;
  /** Left to Node, and to its NODE_TLS_REJECT_UNAUTHORIZED, where nothing was said. */
  readonly rejectUnauthorized: boolean | undefined;
  #context: SecureContext | undefined;
  /** Strongly held: a reconnect may come hours after. A session is given only to the name that it was verified for. */
  readonly #sessions = new Map<string, Buffer>();

  /** Throws `CONFIG` for what TLS cannot use. */
  constructor(field: string, options: TlsOptions | undefined) {
    const checked = checkTlsOptions(field, options);
    this.field = field;
    this.servername = checked.servername;
    this.rejectUnauthorized = checked.rejectUnauthorized;
    if (checked.ca !== undefined || checked.key !== undefined) this.#context = makeContext(field, checked);
  }

  /** Made at the first use where nothing special is asked for, because it takes time. */
  get context(): SecureContext {
    this.#context ??= createSecureContext();
    return this.#context;
  }

  sessionFor(server: string): Buffer | undefined {
    return this.#sessions.get(server);
  }

  keepSession(server: string, session: Buffer): void {
    this.#sessions.delete(server);
    this.#sessions.set(server, session);
    if (this.#sessions.size <= MAX_SESSIONS) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  dropSession(server: string): void {
    this.#sessions.delete(server);
  }
}

function makeContext(field: string, options: TlsOptions): SecureContext {
  const { cert, key, passphrase } = options;
  const ca = options.ca === undefined ? undefined : [options.ca].flat().map(asInput);
  const trusted = ca === undefined ? {} : { ca };
  // OpenSSL passes over a CA that is no certificate.
  attempt(`${field}.ca`, () => ca?.forEach((each) => new X509Certificate(each)));
  if (cert === undefined || key === undefined) return createSecureContext(trusted);
  const identity = { cert: asInput(cert), key: asInput(key), ...(passphrase !== undefined && { passphrase }) };
  attempt(`${field}.cert`, () => createSecureContext({ cert: identity.cert }));
  attempt(`${field}.key`, () => createSecureContext({ key: identity.key, passphrase: identity.passphrase }));
  return attempt(`${field}.key`, () => createSecureContext({ ...trusted, ...identity }));
}

/** OpenSSL's reasons name the trouble ("bad decrypt", "key values mismatch"), never the material. */
function attempt<T>(field: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw TransportError.config(field, "this value (hidden)", error instanceof Error ? error.message : String(error));
  }
}

function asInput(pem: Pem): string | Buffer {
  return typeof pem === "string" ? pem : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength);
}
