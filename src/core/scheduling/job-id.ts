/**
 * Whether a text can be the id of a job: `12`, `12[]`, `12.server`, `12_3`. What begins like an option
 * would be one for the scheduler's commands.
 */
export const isJobId = (value: unknown): value is string =>
  typeof value === "string" && /^[\w.[\]][\w.[\]@-]*$/.test(value);
