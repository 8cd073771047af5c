/**
 * Values as the engine sends them: plain JSON in which an unknown is a magic string and a secret is an object with a
 * magic signature. The rest of the plugin works on plain values and on the list of paths that are secret.
 */
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../resources/resource-type.ts";
import { UNKNOWN } from "../resources/resource-type.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Where a value sits: property names and array indexes from the resource down. */
export type Path = readonly (string | number)[];

/** Plain values and the paths of those among them that are secret. */
export interface Unwrapped {
  readonly plain: Properties;
  readonly secrets: readonly Path[];
}

/** An archive as the engine sends it; `hash` covers its whole content. */
export interface ArchiveValue {
  readonly hash?: string;
  readonly assets?: Record<string, ArchiveValue | AssetValue>;
  readonly path?: string;
  readonly uri?: string;
}

/** A file as the engine sends it. */
export interface AssetValue {
  readonly hash?: string;
  readonly text?: string;
  readonly path?: string;
  readonly uri?: string;
}

export function isArchive(value: unknown): value is ArchiveValue {
  return hasSignature(value, ARCHIVE);
}

export function isAsset(value: unknown): value is AssetValue {
  return hasSignature(value, ASSET);
}

/** Reads a protocol struct: nulls are dropped (absent and null mean the same to AWS), secrets unwrapped and remembered. */
export function fromStruct(message: struct.Struct | undefined): Unwrapped {
  const secrets: Path[] = [];
  const plain = unwrap(message?.toJavaScript() ?? {}, [], secrets) as Properties;
  return { plain, secrets };
}

/** Writes a protocol struct; values at `secrets` become secret in the engine's state and output. */
export function toStruct(plain: Properties, secrets: readonly Path[] = []): struct.Struct {
  const wrapped = wrap(plain, [], secrets) as Record<string, struct.JavaScriptValue>;
  return struct.Struct.fromJavaScript(wrapped);
}

/** True when the value at `path`, or one that contains it, is secret. */
export function isSecret(path: Path, secrets: readonly Path[]): boolean {
  return secrets.some((secret) => secret.every((part, index) => String(path[index]) === String(part)));
}

/** The value at `path`, or the unknown that hides it. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (value === UNKNOWN || typeof value !== "object" || value === null) break;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function hasSignature(value: unknown, signature: string): boolean {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === signature;
}

function unwrap(value: unknown, path: Path, secrets: Path[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => unwrap(item, [...path, index], secrets));
  if (typeof value !== "object" || value === null) return value;
  if (hasSignature(value, SECRET)) {
    secrets.push(path);
    return unwrap((value as { value: unknown }).value, path, secrets);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, unwrap(item, [...path, key], secrets)]));
}

function wrap(value: unknown, path: Path, secrets: readonly Path[]): unknown {
  if (secrets.some((secret) => secret.length === path.length && isSecret(path, [secret]))) {
    return { [SIGNATURE]: SECRET, value };
  }
  if (Array.isArray(value)) return value.map((item, index) => wrap(item, [...path, index], secrets));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, wrap(item, [...path, key], secrets)]));
}
