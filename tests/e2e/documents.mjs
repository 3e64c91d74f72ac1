// Trace documents for scenarios: small ones from a few words, big ones from the repository's own generator.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './app.mjs';

/** When the spans of `span` begin, in nanoseconds since the Unix epoch. */
export const EPOCH = 1_795_000_000_000_000_000n;

/** The nth trace id. */
export const traceId = (number) => number.toString(16).padStart(32, '0');

/** The nth span id. */
export const spanId = (number) => number.toString(16).padStart(16, '0');

/** A text attribute. */
export const text = (key, stringValue) => ({ key, value: { stringValue } });

/** A span as OTLP writes it: ids by number, `start` after EPOCH and `length` in nanoseconds; anything else as given. */
export function span({ trace = 1, id = 1, parent, name = 'work', start = 0, length = 1_000_000, ...rest } = {}) {
  return {
    traceId: traceId(trace), spanId: spanId(id), ...(parent && { parentSpanId: spanId(parent) }), name, kind: 1,
    startTimeUnixNano: String(EPOCH + BigInt(start)), endTimeUnixNano: String(EPOCH + BigInt(start + length)), ...rest,
  };
}

/** A document with these spans of one service. */
export const otlp = (spans, service = 'tests') => JSON.stringify({
  resourceSpans: [{
    resource: { attributes: [text('service.name', service)] },
    scopeSpans: [{ scope: { name: 'scenario', version: '1' }, spans }],
  }],
});

/** The path of a generated file, made once: its options are those of `cargo xtask generate`. */
export function generated(options) {
  const folder = join(resolve(root, process.env.CARGO_TARGET_DIR || 'target'), 'e2e-data');
  mkdirSync(folder, { recursive: true });
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const path = join(folder, `${words.join('').replaceAll('--', '-').slice(1)}.json`);
  if (existsSync(path)) return path;
  // A file under its final name is whole.
  const partial = `${path}.${process.pid}`;
  const made = spawnSync('cargo', ['xtask', 'generate', ...words, '-o', partial], { cwd: root, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no generated file: ${made.stdout}${made.stderr}`);
  renameSync(partial, path);
  return path;
}
