import { type Config, RESERVED_NAMES } from "../../config/config.ts";
import { type Problem, within } from "../../config/problems.ts";

/** What a configuration has to be like. @see https://standardschema.dev, which zod and others speak */
export type ConfigSchema = {
  readonly "~standard": {
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
  };
};

type SchemaResult = { readonly issues?: readonly SchemaIssue[] | undefined };

type SchemaIssue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

/** What a schema says against a configuration; of what the schedule itself sets it is not asked. */
export async function schemaProblems(
  config: Config,
  schema: ConfigSchema,
): Promise<readonly Problem[]> {
  const own = Object.entries(config).filter(([name]) => !RESERVED_NAMES.includes(name));
  const { issues = [] } = await schema["~standard"].validate(Object.fromEntries(own));
  return issues.map(({ message, path = [] }) => {
    const keys = path.map((part) => (typeof part === "object" ? part.key : part));
    const place = keys.reduce<string>(
      (before, key) => within(before, typeof key === "number" ? key : String(key)),
      "",
    );
    return { place, message: /[.!?]$/.test(message) ? message : `${message}.` };
  });
}
