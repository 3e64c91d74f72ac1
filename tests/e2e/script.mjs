// window.spanlight as scenarios use it, and files handed to it.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Calls a function of window.spanlight; a rejection keeps its message. */
export const ask = (page, name, ...input) => page.evaluate(async ([name, input]) => {
  await window.spanlight.ready;
  return window.spanlight[name](...input);
}, [name, input]);

/** A row of the runs of a document: those that are listed while it is being read cannot be opened. */
export const runRow = (page, at) => page.locator(`[role=grid]:not([aria-busy=true]) #run-${at}:has([role=gridcell])`);

/** Opens files, paths or `{name, data}` with text or bytes, as `File`s; gives the import report. */
export async function open(page, files, options = {}) {
  const outcome = await tryOpen(page, files, options);
  if (outcome.message !== undefined) throw new Error(`not opened: ${outcome.message}`);
  return outcome.report;
}

/** As `open`, but gives `{report}` or `{message, isError}`. */
export function tryOpen(page, files, options = {}) {
  const packed = files.map((file) => {
    const { name, data } = typeof file === 'string' ? { name: basename(file), data: readFileSync(file) } : file;
    return [name, Buffer.from(data).toString('base64')];
  });
  return page.evaluate(async ([packed, options]) => {
    await window.spanlight.ready;
    const files = packed.map(([name, base64]) => (
      new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name)));
    try {
      return { report: await window.spanlight.open(files, options) };
    } catch (error) {
      return { message: error.message, isError: error instanceof Error };
    }
  }, [packed, options]);
}

/** The counts of a summary that the corpus expects, with lists in order. */
export function counts(summary) {
  const plain = ['traces', 'spans', 'duplicate_spans', 'roots', 'orphans', 'links', 'log_records', 'error_spans',
    'earliest_ns', 'latest_ns'];
  return {
    ...Object.fromEntries(plain.map((name) => [name, summary[name]])),
    services: [...summary.services].sort(), scopes: [...summary.scopes].sort(),
  };
}

/** What the spans of a summary mean, as the corpus expects it; the totals of a document without usage are null. */
export function meaning(summary) {
  const names = ['kinds', 'llm_calls', 'llm_wrapper_spans', 'llm_twin_spans', 'llm_calls_without_usage', 'llm_errors',
    'tool_calls', 'tool_errors', 'tools', 'tokens_per_model'];
  const hasUsage = Object.keys(summary.tokens_per_model).length > 0;
  return {
    ...Object.fromEntries(names.map((name) => [name, summary[name]])),
    total_input: hasUsage ? summary.total_input : null,
    total_output: hasUsage ? summary.total_output : null,
  };
}

/** Warnings by kind, as counts. */
export function kinds(report) {
  const all = {};
  for (const { kind, count } of report.warnings) all[kind] = (all[kind] ?? 0) + count;
  return all;
}
