// Measures the built app in Chromium and prints the results as a Markdown table. `cargo xtask bench` makes the files and starts it:
//
//   node benches/browser/bench.mjs <repeat> <first load bytes> <code bytes> <spans>=<one trace file>,<many traces file> ...
//
// Each size comes as two files: all spans in one trace (opens as a waterfall) and in many (opens as the table of runs). What is
// compared runs in the same browser, in turns, and the median counts: machines differ, ratios less.

import { statSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { App, browser, stop } from '../../tests/e2e/app.mjs';
import { measureFrames } from './frames.mjs';
import { ingest, loadPage, pickFile, watchDrop } from './page.mjs';
import { median, quantile, Table } from './table.mjs';
import { measureViews } from './views.mjs';

const [repeat, firstLoad, code, ...sizes] = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);

/** Opens the app and waits until it takes files. */
async function openApp() {
  const app = await App.open({ context: { viewport: { width: 1600, height: 900 }, reducedMotion: 'no-preference' } });
  await app.page.waitForFunction(() => window.spanlight);
  await app.page.evaluate(() => window.spanlight.ready);
  return app;
}

/** From navigation to the first paint and to an app that takes files, in a browser profile that has nothing cached. */
async function measureLoad(table) {
  const loads = [];
  for (let turn = 0; turn < Number(repeat); turn += 1) {
    const app = await openApp();
    loads.push(await app.page.evaluate(loadPage));
    await app.close();
  }
  table.row('first load, brotli', Number(firstLoad) / 1000, 'KB', { most: 150 });
  table.row('with the second part and the worker, brotli', Number(code) / 1000, 'KB');
  table.row('first contentful paint', median(loads.map((load) => load.painted)), 'ms');
  table.row('app ready for files', median(loads.map((load) => load.ready)), 'ms');
}

/** Opening one file against draining its stream and against text() and JSON.parse. */
async function measureIngest(table, title, path, goals) {
  const app = await openApp();
  const bytes = statSync(path).size;
  await app.page.evaluate(pickFile);
  await app.page.locator('#bench-file').setInputFiles(path);
  const turns = [];
  // The first turn warms caches and compilers up and does not count.
  for (let turn = 0; turn <= Number(repeat); turn += 1) {
    const result = await app.page.evaluate(ingest);
    say(`  ${JSON.stringify(result)}`);
    if (turn > 0) turns.push(result);
  }
  const middle = (key) => median(turns.map((turn) => turn[key]));
  const [open, parse, drain] = [middle('open'), middle('parse'), middle('drain')];
  table.heading(`${title}, ${(bytes / 1e6).toFixed(1)} MB`);
  table.row('`open()` to drawn rows', open, 'ms');
  table.row('`text()` + `JSON.parse`', parse, 'ms', { absent: 'fails' });
  table.row('`open()` / (`text()` + `JSON.parse`)', parse && open / parse, '', { most: goals.parseRatio, absent: '-' });
  table.row('`stream()` only drained', drain, 'ms');
  table.row('`open()` / drained', open / drain, '', { most: goals.drainRatio });
  table.row('longest task of the page while opening', Math.max(...turns.map((turn) => turn.longestTask)), 'ms', { most: 50 });
  table.row('frame interval while opening, p95', middle('frame95'), 'ms');
  table.row('memory of the worker', middle('memory') / 1e6, 'MB', { most: goals.memory, absent: 'not told' });
  app.checkProblems();
  await app.close();
}

/** From the drop to the first listed run. */
async function measureFirstRuns(table, path) {
  const times = [];
  for (let turn = 0; turn < Number(repeat); turn += 1) {
    const app = await openApp();
    await app.page.evaluate(watchDrop);
    await app.drop([path]);
    times.push(await app.page.evaluate(() => window.firstRuns));
    app.checkProblems();
    await app.close();
  }
  say(`  first runs after ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  table.row('first runs listed after the drop', median(times), 'ms', { most: 150 });
}

/** Work and intervals of frames while scrolling, zooming and panning one trace. */
async function measureMotion(table, path) {
  const app = await openApp();
  await app.page.evaluate(pickFile);
  await app.page.locator('#bench-file').setInputFiles(path);
  await app.page.evaluate(async () => {
    await window.spanlight.open([document.querySelector('#bench-file').files[0]]);
  });
  for (const motion of ['scroll', 'zoom', 'pan']) {
    const { work, intervals } = await measureFrames(app.page, motion);
    say(`  ${motion}: ${work.length} frames, work p50 ${median(work).toFixed(1)} ms, interval p50 ${median(intervals).toFixed(1)} ms`);
    table.row(`${motion}: script, layout and paint a frame, p95`, quantile(work, 0.95), 'ms', { most: 16 });
    table.row(`${motion}: interval of frames, p95`, quantile(intervals, 0.95), 'ms', { most: 17 });
  }
  app.checkProblems();
  await app.close();
}

const chromium = await browser(['--js-flags=--expose-gc', '--enable-precise-memory-info']);
const table = new Table();
try {
  say('Measuring the first load');
  table.heading('the page');
  await measureLoad(table);
  for (const size of sizes) {
    const [spans, files] = size.split('=');
    const [one, many] = files.split(',');
    const count = Number(spans).toLocaleString('en-GB');
    const goals = { parseRatio: 0.4, drainRatio: 2.5, memory: 250 };
    say(`Opening ${count} spans in one trace`);
    await measureIngest(table, `${count} spans in one trace`, one, goals);
    say('Scrolling, zooming and panning it');
    await measureMotion(table, one);
    say(`Opening ${count} spans in many traces`);
    await measureIngest(table, `${count} spans in many traces`, many, goals);
    await measureFirstRuns(table, many);
    say('Drawing the views of all of them');
    await measureViews(table, many, { repeat: Number(repeat), openApp, say });
  }
  const [cpu] = cpus();
  const machine = `${cpus().length} x ${cpu.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}, no GPU`;
  console.log(`Chromium ${chromium.version()} on ${machine}; medians of ${repeat}.\n\n${table}`);
} finally {
  await stop();
}
