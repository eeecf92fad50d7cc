import { isBytes } from "../../../checks/bytes.js";
import { showKind } from "../../../checks/check.js";
import { flag, nonEmpty, text } from "../../../checks/checkers.js";
import { readOptions, type Spec } from "../../../checks/options.js";
import { TransportError } from "../../../error.js";

/** PEM text, or the bytes of it. */
export type Pem = string | Uint8Array;

/**
 * How a TLS connection is made. No error and no inspected object shows any of it.
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
   * The client's certificate as PEM, followed by its intermediates. It is sent to every https server that asks for one,
   * the target of a redirect included. Needs `key`.
   *
   * @defaultValue none
   */
  readonly cert?: Pem | undefined;
  /** The private key of `cert`, as PEM. */
  readonly key?: Pem | undefined;
  /** Decrypts `key`. */
  readonly passphrase?: string | undefined;
  /**
   * The server name to send (SNI) and to look for in the certificate, for every https server.
   *
   * @defaultValue the URL's host
   */
  readonly servername?: string | undefined;
  /**
   * `false` accepts any certificate, also that of an attacker between. For tests; use `ca` everywhere else.
   *
   * @defaultValue `true`, unless `NODE_TLS_REJECT_UNAUTHORIZED=0` is set for the whole process
   */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** The name and check of every option; Node and OpenSSL have the defaults. */
const TABLE = {
  ca: pems,
  cert: pem,
  key: pem,
  passphrase: text(),
  servername: nonEmpty("it takes a host name"),
  rejectUnauthorized: flag(),
} satisfies Spec<TlsOptions>;

/** Checks the types of `options`, which were given as `field`; whether the values can be used, TLS itself finds out. */
export function checkTlsOptions(field: string, options: unknown = {}): TlsOptions {
  const checked = readOptions(field, options, TABLE, { expected: "it takes an object with ca, cert, key ..." });
  const { cert, key } = checked;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
    throw TransportError.config(`${field}.${missing}`, "undefined", `${field}.${given} needs it`);
  }
  return checked;
}

function pem(field: string, value: unknown): Pem | undefined {
  if (value === undefined || isBytes(value)) return value;
  if (typeof value === "string" && value.includes("-----BEGIN ")) return value;
  throw TransportError.config(field, showKind(value), "it takes PEM, text or bytes that hold -----BEGIN ...");
}

function pems(field: string, value: unknown): TlsOptions["ca"] {
  if (!Array.isArray(value)) return pem(field, value);
  for (const each of value) pem(field, each);
  return value;
}
