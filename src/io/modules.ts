import { pathToFileURL } from "node:url";

import { UserError } from "../errors.ts";
import type { Modules } from "../host.ts";
import { packageFile } from "./package-files.ts";
import { readText } from "./reading.ts";

/** The package itself, for schedules and programs outside a project that has it installed. */
const PACKAGE = packageFile("dist/src/index.js");
const LIBRARY = packageFile("dist/src/library.js");

export const userModules: Modules = {
  load: async (path) => {
    if (/\.ya?ml$/.test(path)) {
      const { parse } = await import("yaml");
      return { default: parse(textOf(path)) as unknown };
    }
    if (path.endsWith(".json")) {
      return { default: JSON.parse(textOf(path)) as unknown };
    }
    // Plain JavaScript loads by itself, unless it needs the package by its name.
    if (/\.m?js$/.test(path)) {
      try {
        return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
      } catch (error) {
        if (!isMissingPackage(error)) throw error;
      }
    }
    const { createJiti } = await import("jiti");
    const jiti = createJiti(import.meta.url, {
      alias: { hatchery: PACKAGE, "hatchery/library": LIBRARY },
      interopDefault: false,
    });
    return await jiti.import<Readonly<Record<string, unknown>>>(path);
  },
};

function textOf(path: string): string {
  const text = readText(path, { orPipe: true });
  if (text !== undefined) return text;
  throw new UserError("not-found", `There is no file ${path}.`, "Name one that is there.");
}

function isMissingPackage(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Cannot find package 'hatchery'");
}
