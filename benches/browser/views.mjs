// How soon the views that count are drawn, how smoothly they move, and how long they keep the page's thread busy.

import { measureFrames } from './frames.mjs';
import { pickFile } from './page.mjs';
import { median, quantile } from './table.mjs';

/** What is done to the page, and what it shows once that is drawn. Each turn finds a document that has drawn none of them. */
const STEPS = [
  { name: 'treemap: first drawn', tab: 'Cost', shows: '.cost-table tbody tr', most: 150 },
  { name: 'treemap: other levels', choose: ['Level 1', 'model'], shows: '.cost-table tbody tr', most: 100 },
  { name: 'treemap: levels turned round', choose: ['Level 2', 'agent'], shows: '.cost-table tbody tr', most: 100 },
  { name: 'matrix: first drawn', tab: 'Routing', shows: '[role=grid] tbody [role=gridcell]', most: 150 },
  { name: 'matrix: by task', press: 'Tasks', shows: '[role=grid][aria-label="Tasks and models"] tbody [role=gridcell]', most: 100 },
  { name: 'graph: first drawn', tab: 'Agents', shows: 'ul[aria-label="Nodes and edges"] > li' },
  { name: 'statistics: first drawn', tab: 'Statistics', shows: '.stat-table tbody tr' },
];

/** Nobody looks at another view sooner after a file was opened, in ms. */
const LOOK_AT_RUNS = 1000;

/** Views of all runs of a file, each drawn for the first time, then zoomed. */
export async function measureViews(table, path, { repeat, openApp, say }) {
  const turns = [];
  for (let turn = 0; turn < repeat; turn += 1) {
    const app = await openApp();
    await open(app.page, path);
    const times = [];
    for (const step of STEPS) times.push(await app.page.evaluate(timeStep, step));
    say(`  ${STEPS.map(({ name }, at) => `${name} ${times[at].drawn.toFixed(0)} ms`).join(', ')}`);
    turns.push(times);
    if (turn + 1 === repeat) await measureZoom(table, app, say);
    app.checkProblems();
    await app.close();
  }
  STEPS.forEach(({ name, most }, at) => {
    table.row(name, median(turns.map((times) => times[at].drawn)), 'ms', { most });
  });
  const longest = Math.max(...turns.flat().map((step) => step.longestTask));
  table.row('longest task of the page while views are drawn', longest, 'ms', { most: 50 });
}

async function open(page, path) {
  await page.evaluate(pickFile);
  await page.locator('#bench-file').setInputFiles(path);
  await page.evaluate(async () => {
    await window.spanlight.open([document.querySelector('#bench-file').files[0]]);
  });
  await page.waitForTimeout(LOOK_AT_RUNS);
}

/** Frames of the agent graph while the wheel zooms it. */
async function measureZoom(table, app, say) {
  await app.page.evaluate(timeStep, STEPS.find((step) => step.tab === 'Agents'));
  const { work, intervals } = await measureFrames(app.page, 'zoom', [0.35, 0.5]);
  say(`  graph, zoom: ${work.length} frames, work p50 ${median(work).toFixed(1)} ms`);
  table.row('graph, zoom: script, layout and paint a frame, p95', quantile(work, 0.95), 'ms', { most: 16 });
  table.row('graph, zoom: interval of frames, p95', quantile(intervals, 0.95), 'ms', { most: 17 });
}

/** In the page: takes a step; resolves to the ms until the frame after its result stands there, and to the longest task since. */
async function timeStep({ tab, choose, press, shows }) {
  const next = () => new Promise(requestAnimationFrame);
  const named = (selector, name) => [...document.querySelectorAll(selector)].find((one) => one.textContent.trim() === name);
  const labelled = (name) => {
    const label = [...document.querySelectorAll('label')].find((one) => one.textContent.trim().startsWith(name));
    return label?.control ?? document.querySelector(`[aria-label="${name}"]`);
  };
  for (let frame = 0; frame < 5; frame += 1) await next();
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  observer.observe({ type: 'longtask' });
  const before = document.querySelector(shows);
  const begin = performance.now();
  if (tab) named('[role=tab]', tab).click();
  if (press) named('button', press).click();
  if (choose) {
    const [name, option] = choose;
    const select = labelled(name);
    select.value = [...select.options].find((one) => one.textContent.trim() === option || one.value === option).value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }
  // What stood there before may be kept; the picture is new when its first row is another or has other words.
  const words = before?.textContent;
  const isNew = () => {
    const now = document.querySelector(shows);
    return now && (now !== before || now.textContent !== words);
  };
  while (!isNew()) {
    if (performance.now() - begin > 20_000) throw new Error(`nothing new is drawn: ${shows}`);
    await next();
  }
  await next();
  const drawn = performance.now() - begin;
  for (let frame = 0; frame < 20; frame += 1) await next();
  tasks.push(...observer.takeRecords());
  observer.disconnect();
  return { drawn, longestTask: Math.max(0, ...tasks.map((task) => task.duration)) };
}
