import { formatExcerpt } from "../config/origin.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { UserError } from "../../errors.ts";

/**
 * What `read` returns; what it finds wrong in a text, with the characters that are meant.
 * @param what - how the message calls the text: `query`, `column`
 * @throws UserError `usage`
 */
export function pointing<Result>(what: string, text: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, at, end, remedy } = error;
    const lines = formatExcerpt({ text, at, end }).map((line) => `    ${line}`);
    throw new UserError(
      "usage",
      [`The ${what} cannot be understood: ${message}`, ...(text === "" ? [] : lines)].join("\n"),
      remedy === "" ? "docs/queries.md has the grammar." : remedy,
      { cause: error },
    );
  }
}
