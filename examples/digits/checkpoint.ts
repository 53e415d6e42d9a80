import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { DigitsConfig } from "./config.ts";
import type { Snapshot } from "./training.ts";

/** Two lines: the checkpoint in JSON, and a digest of it. */
export const CHECKPOINT_FILE = "checkpoint.json";

/** To be raised when old checkpoints no longer fit the code. */
const FORMAT = 1;

/** What the first line holds; arrays as the base64 of their bytes, which keeps every bit. */
type Stored = {
  readonly format: number;
  readonly config: DigitsConfig;
  readonly epoch: number;
  readonly parameters: string;
  readonly optimizer: { readonly steps: number; readonly moments: readonly string[] };
  readonly random: readonly number[];
};

/**
 * Replaces a run's checkpoint: readers see the old one or the new one, whole.
 * @param attempt - its number; two attempts never write to the same draft
 */
export function writeCheckpoint(
  runFolder: string,
  attempt: number,
  config: DigitsConfig,
  { epoch, parameters, optimizer, random }: Snapshot,
): void {
  const { steps, moments } = optimizer;
  const stored: Stored = {
    format: FORMAT,
    config,
    epoch,
    parameters: encode(parameters),
    optimizer: { steps, moments: moments.map(encode) },
    random,
  };
  const path = join(runFolder, CHECKPOINT_FILE);
  const draft = `${path}.${attempt}.draft`;
  const line = JSON.stringify(stored);
  // Not flushed: if a power cut leaves half of it, the digest tells.
  writeFileSync(draft, `${line}\n${digestOf(line)}\n`);
  renameSync(draft, path);
}

/**
 * A run's checkpoint.
 * @returns undefined if there is none that is whole, of this configuration and of this format
 */
export function readCheckpoint(runFolder: string, config: DigitsConfig): Snapshot | undefined {
  const [line = "", digest] = readText(join(runFolder, CHECKPOINT_FILE)).split("\n");
  if (digest !== digestOf(line)) return undefined;
  // The digest says that it is what writeCheckpoint wrote.
  const stored = JSON.parse(line) as Stored;
  if (stored.format !== FORMAT) return undefined;
  if (JSON.stringify(stored.config) !== JSON.stringify(config)) return undefined;
  const { epoch, optimizer, random } = stored;
  return {
    epoch,
    parameters: decode(stored.parameters),
    optimizer: { steps: optimizer.steps, moments: optimizer.moments.map(decode) },
    random,
  };
}

/** Removes a run's checkpoint, and the drafts of attempts that were killed. */
export function removeCheckpoint(runFolder: string): void {
  for (const name of readdirSync(runFolder)) {
    if (name.startsWith(CHECKPOINT_FILE)) rmSync(join(runFolder, name), { force: true });
  }
}

/** Empty if there is no such file. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

function encode(array: Float64Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
}

function decode(text: string): Float64Array {
  // Copied: a Buffer may begin in the middle of a number's eight bytes.
  return new Float64Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}
