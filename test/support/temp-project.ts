import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";

/** What a project of a user's has: programs, schedules, data, and packages. */
const PARTS = ["examples", "schedules", "package.json"];

/** A copy of the project's examples in `folder`, with the commands in `folder`/bin. @returns a PATH */
export async function makeTempProject(folder: string): Promise<string> {
  for (const part of PARTS) {
    await cp(part, join(folder, part), {
      recursive: true,
      // What somebody prepared here is not part of it.
      filter: (path) => !/list_(searches|retrains)_.*\.txt$/.test(path),
    });
  }
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  const bin = join(folder, "bin");
  await mkdir(bin);
  const { bin: commands } = JSON.parse(await readFile("package.json", "utf8")) as {
    bin: Readonly<Record<string, string>>;
  };
  for (const [name, path] of Object.entries(commands)) {
    await symlink(resolve(path), join(bin, name));
  }
  return `${bin}:${process.env["PATH"] ?? ""}`;
}
