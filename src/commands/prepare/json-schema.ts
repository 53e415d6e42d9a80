import { dirname, resolve } from "node:path";

import type { ErrorObject } from "ajv";

import { type Config, type ConfigValue, isConfig } from "../../core/config/config.ts";
import { nearest, show } from "../../core/config/problems.ts";
import type { ConfigSchema } from "../../core/search/composing/config-schema.ts";
import { oneLine } from "../../core/printable.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { readSource, type SourceFile } from "./read-source.ts";

/** By one of these a JSON Schema is told from something else. */
const KEYWORDS = ["$schema", "$ref", "type", "properties", "required", "allOf", "anyOf", "oneOf"];

/**
 * A schedule whose `schema` is a JSON Schema, or the path of one, has it in the form in which all
 * schemas are asked; any other is left as it is.
 * @param path - of the schedule, absolute
 * @throws UserError `schedule-invalid` for a schema that is not sound, `not-found` for its file
 */
export async function withJsonSchema(
  source: SourceFile,
  path: string,
  host: Pick<Host, "files" | "modules" | "workingFolder" | "terminal">,
): Promise<SourceFile> {
  const { value } = source;
  const schema = isConfig(value) ? value["schema"] : undefined;
  if (!isConfig(value) || schema === undefined) return source;
  if (typeof schema !== "string") {
    if (!isJsonSchema(schema)) return source;
    return withSchema(value, await compile(schema, path, host));
  }
  const file = resolve(dirname(path), schema);
  if (host.files.size(file) === undefined) {
    throw new UserError(
      "not-found",
      `${source.file}: schema: there is no ${file}.`,
      "Name a JSON Schema in JSON or YAML, by its path from the schedule.",
    );
  }
  const { value: read } = await readSource(file, "schedule-invalid", host);
  return withSchema(value, await compile(read, file, host));

  function withSchema(schedule: Config, compiled: ConfigSchema): SourceFile {
    return { ...source, value: { ...schedule, schema: compiled } };
  }
}

function isJsonSchema(schema: ConfigValue): schema is Config {
  return isConfig(schema) && !("~standard" in schema) && KEYWORDS.some((key) => key in schema);
}

/** By the standard formats only describe; whoever wrote one may think that it checks something. */
function noteFormats(schema: unknown, where: string, { terminal }: Pick<Host, "terminal">): void {
  const formats = [...new Set(formatsIn(schema))]
    .map((format) => JSON.stringify(format))
    .join(", ");
  if (formats === "") return;
  const remedy = "To have such texts checked, describe them by pattern.";
  terminal.note(`${where}: schema: format is not looked at (${oneLine(formats)}). ${remedy}`);
}

/** Under these the names are the author's own, and below each is a schema. */
const NAMED = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/** Under these stand values. */
const DATA = ["enum", "const", "default", "examples"];

function formatsIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(formatsIn);
  if (!isConfig(schema)) return [];
  const { format } = schema;
  const inner = Object.entries(schema).flatMap(([key, part]) => {
    if (DATA.includes(key)) return [];
    return formatsIn(NAMED.includes(key) && isConfig(part) ? Object.values(part) : part);
  });
  return typeof format === "string" ? [format, ...inner] : inner;
}

/** @param where - the file that has it, for messages */
async function compile(
  schema: unknown,
  where: string,
  host: Pick<Host, "terminal">,
): Promise<ConfigSchema> {
  // Keywords without a `type` beside them are sound, if they are loose: nothing is to be said of them.
  const lenient = { allowUnionTypes: true, strictTypes: false, strictTuples: false };
  const options = { allErrors: true, verbose: true, validateFormats: false, ...lenient };
  try {
    if (!isConfig(schema)) throw new Error(`expected an object, got ${JSON.stringify(schema)}`);
    const draft = schema["$schema"];
    // Only now: few schedules have one.
    const ajv =
      typeof draft === "string" && draft.includes("draft-07")
        ? new (await import("ajv")).Ajv(options)
        : new (await import("ajv/dist/2020.js")).Ajv2020(options);
    const validate = ajv.compile(schema);
    noteFormats(schema, where, host);
    return {
      "~standard": {
        validate: (value) => (validate(value) ? {} : { issues: validate.errors?.map(issueOf) }),
      },
    };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new UserError(
      "schedule-invalid",
      `${where}: schema: no JSON Schema: ${what}.`,
      "Nothing was written. Correct the schema; drafts 2020-12 and, where $schema says so, 07 are known.",
    );
  }
}

function issueOf({ keyword, instancePath, message = "", params, data, parentSchema }: ErrorObject) {
  const path = pointerKeys(instancePath);
  // What each keyword says of itself is described by the library.
  const { missingProperty, additionalProperty, allowedValues } = params as {
    readonly missingProperty?: string;
    readonly additionalProperty?: string;
    readonly allowedValues?: readonly unknown[];
  };
  if (missingProperty !== undefined) {
    return { path: [...path, missingProperty], message: "is missing." };
  }
  if (additionalProperty !== undefined) {
    const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
    const near = nearest(additionalProperty, known);
    const meant = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    return { path: [...path, additionalProperty], message: `is not in the schema.${meant}` };
  }
  const expected =
    keyword === "enum" && allowedValues !== undefined
      ? `must be one of ${allowedValues.map((one) => JSON.stringify(one)).join(", ")}`
      : message;
  return { path, message: `${expected}, got ${show(data)}.` };
}

/** `/optimizer/betas/0` as keys, with numbers for the items of lists. */
function pointerKeys(pointer: string): readonly (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) =>
      /^\d+$/.test(key) ? Number(key) : key.replaceAll("~1", "/").replaceAll("~0", "~"),
    );
}
