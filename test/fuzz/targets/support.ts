import type { Files } from "../../../src/host.ts";
import { systemClock } from "../../../src/io/clock.ts";

/** Files of which only some operations exist: a reader that uses another one is found out. */
export function onlyFiles(some: Partial<Files>): { readonly files: Files } {
  const files = new Proxy(some, {
    get: (own, name) => {
      const operation: unknown = Reflect.get(own, name);
      if (operation === undefined) throw new Error(`the reader asks for files.${String(name)}`);
      return operation;
    },
  });
  // A Partial that refuses what it has not.
  return { files: files as Files };
}

/** Files and a clock for procedures that only read one text. */
export const readingOf = (text: string) => ({
  ...onlyFiles({ read: () => text }),
  clock: systemClock,
});

export const json = (value: unknown) => JSON.stringify(value);
