/** The error that `act` throws; another one, or none, fails the test. */
export function errorOf<Thrown extends Error>(
  kind: abstract new (...args: never[]) => Thrown,
  act: () => unknown,
): Thrown {
  try {
    act();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`Expected ${kind.name}, and nothing was thrown.`);
}
