// Apart from the code, so that the types of this package need none of the client's.

/** Where the servers are, and who we are. */
export interface NatsServers {
  /** Each as `nats://host:port` or `tls://host:port`, without user and password. */
  readonly servers: readonly string[];
  /** The user's name, where the servers ask for one. @defaultValue none */
  readonly user?: string | undefined;
  /** The password of `user`. @defaultValue none */
  readonly password?: string | undefined;
  /** A token, where the servers ask for one. @defaultValue none */
  readonly token?: string | undefined;
}

/** Which stream keeps the messages. */
export interface NatsStreamSettings {
  /** Its name. */
  readonly name: string;
  /** The subject of a source, with `{source}` as one word of it. */
  readonly subject: string;
  /** Copies: 1, 3 or 5. */
  readonly replicas: number;
  /** In milliseconds; 0: messages are kept. */
  readonly maxAge: number;
}

/** Which stream of which servers. */
export interface NatsLogOptions extends NatsServers, NatsStreamSettings {
  /** The group of relays that share the sources. @defaultValue none: this process runs all of them */
  readonly group?:
    | {
        /** Its name. */
        readonly name: string;
        /** How long a silent member stays, in milliseconds. */
        readonly ttl: number;
      }
    | undefined;
}
