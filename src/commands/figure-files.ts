import { join } from "node:path";

import { UserError } from "../errors.ts";
import {
  IMAGE_FORMATS,
  type ImageFormat,
  type RenderOptions,
} from "../core/figures/image-format.ts";
import type { Host } from "../host.ts";

/** The formats that `--formats` names. @throws UserError `usage` */
export function parseFormats(text: string): readonly ImageFormat[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const formats = names.map((name) => {
    const format = IMAGE_FORMATS.find((one) => one === name);
    if (format !== undefined) return format;
    throw new UserError(
      "usage",
      `--formats: expected some of ${IMAGE_FORMATS.join(",")}, got ${JSON.stringify(text)}.`,
      "For example --formats png,svg.",
    );
  });
  return [...new Set(formats)];
}

/** Writes figures in several formats, each with its specification beside it. */
export type FigureWriter = {
  /** @returns the paths of what was written, absolute */
  readonly write: (
    name: string,
    specification: object,
    options?: RenderOptions,
  ) => Promise<readonly string[]>;
};

/** What cannot be drawn on this machine is left out, and said once. @param folder - absolute, exists */
export function createFigureWriter(
  folder: string,
  formats: readonly ImageFormat[],
  { files, images, terminal }: Pick<Host, "files" | "images" | "terminal">,
): FigureWriter {
  const unavailable = new Set<ImageFormat>();
  return {
    write: async (name, specification, options) => {
      const written: string[] = [];
      const put = (ending: string, content: string | Uint8Array) => {
        const path = join(folder, `${name}.${ending}`);
        files.replace(path, content);
        written.push(path);
      };
      for (const format of formats.filter((one) => !unavailable.has(one))) {
        try {
          put(format, await images.render(specification, format, options));
        } catch (error) {
          if (!(error instanceof UserError && error.code === "unavailable")) throw error;
          unavailable.add(format);
          terminal.note(`${error.message} ${error.hint}`);
        }
      }
      put("vl.json", `${JSON.stringify(specification)}\n`);
      return written;
    },
  };
}
