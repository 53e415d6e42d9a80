import { UserError } from "../../src/errors.ts";

/** The refusal that comes in place of a result; another error, or none, fails the test. */
export async function refusalOf(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("Expected a UserError, and nothing was thrown.");
}
