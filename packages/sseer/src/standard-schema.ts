/**
 * The part of the Standard Schema specification (version 1) that is used here. Schemas of zod, valibot, arktype and
 * other libraries have this shape, so they are accepted without a dependency.
 */
export interface StandardSchema<Output = unknown> {
  /** The property that the specification defines. */
  readonly "~standard": {
    /** The version of the specification. */
    readonly version: 1;
    /** The name of the schema library. */
    readonly vendor: string;
    /** Checks a value and converts it to the schema's output. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** The types of the schema, for the compiler only. */
    readonly types?:
      | {
          /** The type that the schema takes. */
          readonly input: unknown;
          /** The type that the schema returns. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** The result of a schema: its output, or the issues of the value. */
export type StandardResult<Output> =
  | {
      /** The schema's output. */
      readonly value: Output;
      /** Absent: the value is valid. */
      readonly issues?: undefined;
    }
  | {
      /** The issues of the value; at least one. */
      readonly issues: readonly StandardIssue[];
    };

/** One reason why a value is invalid. */
export interface StandardIssue {
  /** The description by the schema library. */
  readonly message: string;
  /** The path to the invalid part; absent for the value itself. */
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
