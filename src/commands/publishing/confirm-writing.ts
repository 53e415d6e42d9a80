import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";

/**
 * Asks on a terminal; without one nobody could answer, and what only creates goes ahead.
 * @throws UserError `refused` for a no
 */
export async function confirmWriting(
  lines: readonly string[],
  { terminal }: Pick<Host, "terminal">,
): Promise<void> {
  const answer = await terminal.confirm(`To be written:\n${lines.join("\n")}\nWrite them?`);
  if (answer === false) {
    throw new UserError("refused", "Nothing was written.", "Answer y, or pass --yes.");
  }
}
