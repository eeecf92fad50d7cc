/**
 * The part of the Standard Schema specification (version 1) that is used here. Schemas of zod, valibot, arktype and
 * others have this shape; no dependency is needed to accept them.
 */
export interface StandardSchema<Output = unknown> {
  /** The specification's own property. */
  readonly "~standard": {
    /** Of the specification. */
    readonly version: 1;
    /** The schema library's name. */
    readonly vendor: string;
    /** Checks a value, and turns it into its output form. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** The types of the schema, for the compiler only. */
    readonly types?:
      | {
          /** What the schema takes. */
          readonly input: unknown;
          /** What the schema makes of it. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** What a schema found: the value in its output form, or what is wrong with it. */
export type StandardResult<Output> =
  | {
      /** The value in its output form. */
      readonly value: Output;
      /** Absent: nothing is wrong. */
      readonly issues?: undefined;
    }
  | {
      /** What is wrong with the value; at least one thing. */
      readonly issues: readonly StandardIssue[];
    };

/** One thing that is wrong with a value. */
export interface StandardIssue {
  /** What is wrong, in the schema library's words. */
  readonly message: string;
  /** Where in the value; absent for the value itself. */
  readonly path?:
    | readonly (
        | PropertyKey
        | {
            /** A key, or an index. */
            readonly key: PropertyKey;
          }
      )[]
    | undefined;
}
