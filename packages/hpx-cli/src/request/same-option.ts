import { Option } from "commander";

/** An option that sets what another option sets, as `--data-raw` sets the body of `-d`. */
export class SameOption extends Option {
  readonly #attribute: string;

  constructor(flags: string, description: string, attribute: string) {
    super(flags, description);
    this.#attribute = attribute;
  }

  override attributeName(): string {
    return this.#attribute;
  }
}
