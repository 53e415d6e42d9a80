import type { Config } from "../../core/config/config.ts";
import { parsePlainYaml } from "../../core/config/plain-yaml.ts";
import { plainConfig } from "../../core/config/plain-config.ts";
import { oneLine } from "../../core/printable.ts";
import { UserError } from "../../errors.ts";

/**
 * Reads a metadata file, which holds an object or nothing.
 * @throws UserError `config-invalid`, naming `source`
 */
export type MetadataParser = (text: string, source: string) => Config;

/** As Python reads it, from which such files come: the last of several equal keys counts, `<<` merges. */
export const YAML_OPTIONS = {
  uniqueKeys: false,
  merge: true,
  logLevel: "error",
  prettyErrors: false,
} as const;

/** The parser of YAML; loaded late, since most looks at a tree need none. */
export async function loadMetadataParser(): Promise<MetadataParser> {
  const { parse } = await import("yaml");
  return (text, source) => {
    const plain = parsePlainYaml(text);
    if (plain !== undefined) return plain;
    let value: unknown;
    try {
      value = parse(text, YAML_OPTIONS);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw invalid(`${source} is not valid YAML: ${oneLine(error.message, 200)}`, error);
    }
    if (value === null || value === undefined) return {};
    const config = plainConfig(value);
    if (config === undefined) throw invalid(`${source} holds no keys and values`);
    return config;
  };
}

function invalid(message: string, cause?: unknown): UserError {
  const hint = "Mend the file, or remove the folder of its run.";
  return new UserError("config-invalid", message, hint, { cause });
}
