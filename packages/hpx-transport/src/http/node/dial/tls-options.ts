import { show, showKind } from "../../../checks/check.js";
import { TransportError } from "../../../error.js";
import { checkNames } from "../../../checks/option-names.js";

/** PEM text, or the bytes of it. */
export type Pem = string | Uint8Array;

/**
 * How a TLS connection is made. Nothing of it is ever shown in an error or an inspected object.
 *
 * A value that cannot be used is `CONFIG`, thrown by the constructor and naming the field.
 */
export interface TlsOptions {
  /**
   * The certificate authorities to trust, as PEM, *in place of* those that Node trusts: add `tls.rootCertificates` of
   * `node:tls` to keep these.
   *
   * @defaultValue those that Node trusts, `NODE_EXTRA_CA_CERTS` included
   */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /**
   * The client's certificate as PEM, its intermediates after it. Every https server that asks for one is shown it, also
   * one that a redirect leads to. Needs `key`.
   *
   * @defaultValue none
   */
  readonly cert?: Pem | undefined;
  /** The private key of `cert`, as PEM. */
  readonly key?: Pem | undefined;
  /** What `key` is encrypted with. */
  readonly passphrase?: string | undefined;
  /**
   * The name to ask the server for (SNI) and to find in its certificate, for every https server.
   *
   * @defaultValue the URL's host
   */
  readonly servername?: string | undefined;
  /**
   * `false` accepts any certificate, and with it anybody who listens in. For tests; everywhere else `ca` is the way.
   *
   * @defaultValue `true`, unless Node was told otherwise for the whole process (`NODE_TLS_REJECT_UNAUTHORIZED=0`)
   */
  readonly rejectUnauthorized?: boolean | undefined;
}

const TLS_NAMES = Object.keys({
  ca: true,
  cert: true,
  key: true,
  passphrase: true,
  servername: true,
  rejectUnauthorized: true,
} satisfies Record<keyof TlsOptions, true>);

/** Checks the types of `options`, which were given as `field`; what the values are worth is for TLS itself to say. */
export function checkTlsOptions(field: string, options: TlsOptions | undefined): TlsOptions {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw TransportError.config(field, showKind(options), "it takes an object with ca, cert, key ...");
  }
  checkNames(field, options, TLS_NAMES);
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  for (const each of Array.isArray(ca) ? (ca as readonly unknown[]) : [ca]) checkPem(`${field}.ca`, each);
  checkPem(`${field}.cert`, cert);
  checkPem(`${field}.key`, key);
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
    throw TransportError.config(`${field}.${missing}`, "undefined", `${field}.${given} needs it`);
  }
  if (passphrase !== undefined && typeof passphrase !== "string") {
    throw TransportError.config(`${field}.passphrase`, showKind(passphrase), "it takes a string");
  }
  if (servername !== undefined && (typeof servername !== "string" || servername === "")) {
    throw TransportError.config(`${field}.servername`, show(servername), "it takes a host name");
  }
  if (rejectUnauthorized !== undefined && typeof rejectUnauthorized !== "boolean") {
    throw TransportError.config(`${field}.rejectUnauthorized`, show(rejectUnauthorized), "it takes true or false");
  }
  return { ca, cert, key, passphrase, servername, rejectUnauthorized };
}

function checkPem(field: string, value: unknown): void {
  if (value === undefined || value instanceof Uint8Array) return;
  if (typeof value === "string" && value.includes("-----BEGIN ")) return;
  throw TransportError.config(field, showKind(value), "it takes PEM, text or bytes that hold -----BEGIN ...");
}
