import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { AttemptMark } from "../../tree/attempts.ts";
import { ARTIFACTS_FOLDER } from "../../tree/reading/run-recordings.ts";
import { type MetricValues, openMetricFiles } from "./metric-files.ts";

/** A kind of thing that a script saves, in a folder of its name. */
export type ArtifactType<Value> = {
  /** Of its files, with the dot; added to names that do not end with it. */
  readonly extension: string;
  readonly encode: (value: Value) => string | Uint8Array;
};

/** Artifact types by their names, each for its own kind of value. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each type knows its own value
export type ArtifactTypes = Readonly<Record<string, ArtifactType<any>>>;

/** Where a run of a script logs. */
export type ScriptLogger = {
  /** The run's folder, absolute; undefined where nothing is logged. */
  readonly folder: string | undefined;
  /** Adds a line to `metrics/<name>.json`. @param name - `train` if left out */
  readonly logMetrics: (values: MetricValues, name?: string) => void;
  /**
   * Says that this attempt goes on from a checkpoint: what earlier ones logged with `key` ≥ `from` is
   * superseded.
   */
  readonly resume: (key: string, from: number, name?: string) => void;
  /** Saves a value below `artifacts/<type>/`, whole or not at all. @param type - `Json` if left out */
  readonly logArtifact: (value: unknown, name: string, type?: string) => void;
  /**
   * Saves what is needed to go on: objects, lists, maps, typed arrays, whatever `structuredClone` takes.
   * A kill meanwhile leaves the former one. @param name - `last_ckpt` if left out
   */
  readonly logCheckpoint: (value: unknown, name?: string) => void;
  /** What was saved under a name, by this attempt or an earlier one; undefined if nothing was. */
  readonly loadCheckpoint: (name?: string) => unknown;
};

const CHECKPOINT = "Checkpoint";
const DEFAULT_CHECKPOINT = "last_ckpt";
const CHECKPOINT_EXTENSION = ".v8";
const JSON_TYPE: ArtifactType<unknown> = {
  extension: ".json",
  encode: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
};

/** @param own - the user's types; one named `Json` replaces ours */
export function createScriptLogger(
  folder: string,
  mark: AttemptMark,
  own: ArtifactTypes,
  host: Pick<Host, "files" | "clock">,
): ScriptLogger & { readonly flush: () => void } {
  const { files } = host;
  const metrics = openMetricFiles(folder, mark, host);
  const types = new Map<string, ArtifactType<unknown>>([
    ["Json", JSON_TYPE],
    ...Object.entries(own),
  ]);
  const save = (type: string, name: string, content: string | Uint8Array) => {
    const inner = join(folder, ARTIFACTS_FOLDER, type);
    files.makeFolders(inner);
    files.replace(join(inner, name), content);
  };
  const checkpointFile = (name: string) => fileName(name, CHECKPOINT_EXTENSION, "logCheckpoint");
  return {
    folder,
    logMetrics: (values, name = "train") => {
      metrics.log(values, name);
    },
    resume: (key, from, name = "train") => {
      metrics.resume(key, from, name);
    },
    logArtifact: (value, name, type = "Json") => {
      const known = types.get(type);
      if (known === undefined) throw unknownType(type, [...types.keys()]);
      save(type, fileName(name, known.extension, "logArtifact"), known.encode(value));
    },
    logCheckpoint: (value, name = DEFAULT_CHECKPOINT) => {
      // What was measured before it is then safe as well.
      metrics.flush();
      save(CHECKPOINT, checkpointFile(name), encodeCheckpoint(value));
    },
    loadCheckpoint: (name = DEFAULT_CHECKPOINT) => {
      const path = join(folder, ARTIFACTS_FOLDER, CHECKPOINT, checkpointFile(name));
      const chunks = [...files.readChunks(path)];
      if (chunks.length === 0) return undefined;
      metrics.keepEarlier();
      return decodeCheckpoint(Buffer.concat(chunks), path);
    },
    flush: metrics.flush,
  };
}

/** The logger of a script that logs nothing. */
export function silentLogger(): ScriptLogger {
  const nothing = () => undefined;
  return {
    folder: undefined,
    logMetrics: nothing,
    resume: nothing,
    logArtifact: nothing,
    logCheckpoint: nothing,
    loadCheckpoint: nothing,
  };
}

function encodeCheckpoint(value: unknown): Uint8Array {
  try {
    return serialize(value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(
      "usage",
      `The checkpoint cannot be saved: ${error.message}`,
      "Functions cannot be saved, and class instances come back as plain objects: pick out their data.",
      { cause: error },
    );
  }
}

function decodeCheckpoint(bytes: Uint8Array, path: string): unknown {
  try {
    return deserialize(bytes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const hint = "Was it copied in part? Restore it, or remove it to start anew.";
    throw new UserError("unreadable", `${path} is no checkpoint: ${error.message}`, hint);
  }
}

function fileName(name: string, extension: string, by: string): string {
  if (/^[^./\\\p{Cc}][^/\\\p{Cc}]{0,200}$/u.test(name)) {
    return name.endsWith(extension) ? name : `${name}${extension}`;
  }
  throw new UserError(
    "usage",
    `${by}: expected a file's name, got ${JSON.stringify(name)}.`,
    'Leave out "/", and a "." at its start.',
  );
}

function unknownType(type: string, known: readonly string[]): UserError {
  return new UserError(
    "usage",
    `logArtifact: there is no type ${JSON.stringify(type)}; there are ${known.join(", ")}.`,
    'Describe it to launch: artifactTypes: { Plot: { extension: ".svg", encode: (plot) => … } }.',
  );
}
