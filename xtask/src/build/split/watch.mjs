// Starts the page of a build with marks, as first visits do, and prints the numbers of the functions that were called.
//
//   node xtask/src/build/split/watch.mjs <what the names of the page's files begin with>

import { App, stop } from '../../../../tests/e2e/app.mjs';

const [stem] = process.argv.slice(2);
const VISITS = [
  { context: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' } },
  { context: { viewport: { width: 900, height: 700 }, colorScheme: 'dark', reducedMotion: 'no-preference' } },
  { context: { viewport: { width: 390, height: 800 }, forcedColors: 'active' } },
];

/** Numbers of the functions that have been called so far. */
async function called(file) {
  const { marks } = await import(file);
  const all = Object.entries(marks()).filter(([name, mark]) => name.startsWith('mark') && mark.value === 1);
  return all.map(([name]) => Number(name.slice('mark'.length)));
}

/** Calls all functions of window.spanlight; none is answered. */
function ask() {
  for (const one of Object.values(window.spanlight)) if (typeof one === 'function') one().catch(() => {});
}

const all = new Set();
for (const visit of VISITS) {
  const app = await App.open({ ...visit, ready: false });
  await app.page.locator('.open-page button').first().waitFor();
  // All is there, and the page waits for its second part all the same: what it does until then belongs to the first.
  await app.page.route(/never_rest\.wasm$/, () => {});
  const worker = app.page.waitForEvent('worker');
  await app.page.mouse.move(300, 300);
  await worker;
  await app.page.evaluate(ask);
  await app.page.evaluate(() => new Promise((done) => requestIdleCallback(() => setTimeout(done, 1500), { timeout: 3000 })));
  const file = new URL(`${stem}.js`, app.url).href;
  for (const number of await app.page.evaluate(called, file)) all.add(number);
  await app.close();
}
await stop();
console.log([...all].sort((one, other) => one - other).join('\n'));
