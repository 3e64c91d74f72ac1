// Back and forward of the browser, and the way back through windows: what is a place of its own, and what is not.

import assert from 'node:assert/strict';
import { eventually, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, traceId } from './documents.mjs';
import { ask, runRow, tryOpen } from './script.mjs';
import { holds, places, rows, selected, time, timeIs } from './waterfall.mjs';

const MS = 1_000_000;
const TREE = otlp([
  span({ id: 1, name: 'root', length: 100 * MS }), span({ id: 2, parent: 1, start: 10 * MS, length: 30 * MS, name: 'first' }),
  span({ id: 3, parent: 1, start: 50 * MS, length: 40 * MS, name: 'second' }),
]);
const OTHER = otlp([span({ trace: 2, id: 9, name: 'other root' }), span({ trace: 2, id: 8, parent: 9, name: 'leaf' })]);

/** Longer than what the address gathers, in milliseconds. */
const ADDRESS = 300;

const entries = (page) => page.evaluate(() => history.length);
const table = (page) => runRow(page, 1).waitFor();
const heading = (page, name) => page.getByRole('heading', { name }).waitFor();

async function openBoth(app) {
  await app.drop([{ name: 'tree.json', data: TREE }, { name: 'other.json', data: OTHER }]);
  await table(app.page);
}

async function enterRun(page, name) {
  await page.locator('[role=grid]').getByText(name, { exact: true }).first().click();
  await rows(page).first().waitFor({ state: 'attached' });
}

appTest('a run is one place, whatever is selected and zoomed in it', async (app) => {
  const { page } = app;
  await openBoth(app);
  const before = await entries(page);
  await enterRun(page, 'root');
  await holds(page, [1, 2, 3].map(spanId));
  for (const key of ['ArrowDown', 'ArrowDown', 'w', 'w', 'd', 'End', 'f']) await page.keyboard.press(key);
  await selected(page, spanId(3));
  await timeIs(page, 'shorter', 60);
  const window = await resting(page, () => time(page));
  await page.waitForURL(/span=.*time=/);
  await settled(page, ADDRESS);
  assert.equal(await entries(page), before + 1);
  await page.goBack();
  await table(page);
  await page.goForward();
  await selected(page, spanId(3));
  await eventually(() => time(page), (again) => [0, 1].every((at) => Math.abs(again[at] - window[at]) < 0.01), window.join());
});

appTest('filter and order come back with the table they belong to', async (app) => {
  const { page } = app;
  await openBoth(app);
  const before = await entries(page);
  const filter = page.getByRole('textbox', { name: /^Filter by/ });
  await filter.fill('other');
  await page.getByTitle('Sort by duration').click();
  await page.locator('[role=grid] #run-1').waitFor({ state: 'detached' });
  await page.waitForURL(/filter=other.*sort=-duration/);
  await settled(page, ADDRESS);
  assert.equal(await entries(page), before, 'a filter is no place');
  await enterRun(page, 'other root');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await filter.fill('');
  await table(page);
  await page.goBack();
  await holds(page, [9, 8].map(spanId));
  await page.goBack();
  await runRow(page, 0).waitFor();
  await eventually(() => filter.inputValue(), 'other');
  await eventually(() => page.locator('[role=grid] #run-1').count(), 0);
  await page.waitForURL(/filter=other.*sort=-duration/);
});

appTest('report and open page are places', async (app) => {
  const { page } = app;
  await openBoth(app);
  await enterRun(page, 'root');
  await page.getByRole('button', { name: '2 files' }).click();
  await page.getByRole('menuitem', { name: 'Import report' }).click();
  await heading(page, /^Loaded 2 runs/);
  await page.getByRole('button', { name: 'Spanlight: open files' }).click();
  await heading(page, 'Drop traces anywhere on this page');
  await page.waitForURL((url) => url.hash === '');
  await page.goBack();
  await heading(page, /^Loaded 2 runs/);
  await page.goBack();
  await holds(page, [1, 2, 3].map(spanId));
  await page.goForward();
  await heading(page, /^Loaded 2 runs/);
  await page.goForward();
  await heading(page, 'Drop traces anywhere on this page');
});

appTest('the last of several steps in a row counts', async (app) => {
  const { page } = app;
  await openBoth(app);
  await enterRun(page, 'root');
  await page.keyboard.press('End');
  await selected(page, spanId(3));
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await table(page);
  await enterRun(page, 'other root');
  await settled(page, ADDRESS);
  const there = page.url();
  const length = await entries(page);
  for (const steps of [[-1, -1, 1, 1], [-1, -1, -1, 1, 1, 1], [-2, 1, -1, 2]]) {
    await page.evaluate(async (steps) => {
      for (const step of steps) {
        const moved = new Promise((done) => { window.addEventListener('popstate', done, { once: true }); });
        history.go(step);
        await moved;
      }
    }, steps);
    await holds(page, [9, 8].map(spanId));
    await settled(page, ADDRESS);
    await page.waitForURL(there);
    assert.equal(await entries(page), length, 'a place was added');
  }
  await page.goBack();
  await table(page);
  await page.goBack();
  await selected(page, spanId(3));
});

appTest('going back to a document that was open before opens it again', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).nth(3).waitFor({ state: 'attached' });
  const name = (await rows(page).first().getAttribute('aria-label')).split(',')[0];
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/span=/);
  // Both keys are in the address.
  await settled(page, ADDRESS);
  const id = /span=([0-9a-f]+)/.exec(page.url())[1];
  await ask(page, 'close');
  await heading(page, 'Drop traces anywhere on this page');
  // A closed document is not in the address.
  await page.waitForURL((url) => url.hash === '');
  await openBoth(app);
  await page.goBack();
  await heading(page, 'Drop traces anywhere on this page');
  await page.goBack();
  await selected(page, id);
  await eventually(() => rows(page).first().getAttribute('aria-label'), (label) => label.startsWith(name));
  await eventually(async () => (await ask(page, 'summary')).traces, 1);
  await page.goForward();
  await page.goForward();
  await table(page);
  await eventually(async () => (await ask(page, 'summary')).traces, 2);
});

appTest('a document whose file has gone is asked for', async (app) => {
  const { page } = app;
  const path = app.write({ name: 'gone.json', data: TREE });
  await app.drop([path]);
  await holds(page, [1, 2, 3].map(spanId));
  await ask(page, 'close');
  app.write({ name: 'gone.json', data: `${TREE} ` });
  await page.goBack();
  await heading(page, /^This link needs gone\.json .*: drop it here$/);
  await app.drop([{ name: 'again.json', data: TREE }]);
  await holds(page, [1, 2, 3].map(spanId));
});

appTest('each zoom can be taken back, many small steps as one', async (app) => {
  const { page } = app;
  await app.drop([{ name: 'tree.json', data: TREE }]);
  await holds(page, [1, 2, 3].map(spanId));
  const before = await entries(page);
  const at = await places(page);
  const seen = [await time(page)];
  // What moves within a moment is one step: no time passes in a step, much between two of them, however long they take.
  const passes = (milliseconds) => page.evaluate((milliseconds) => {
    const moment = Date.now() + milliseconds;
    Date.now = () => moment;
  }, milliseconds);
  const step = async (act) => {
    await passes(10_000);
    await act();
    await eventually(() => time(page), (now) => now.join() !== seen.at(-1).join());
    seen.push(await resting(page, () => time(page)));
  };
  await step(() => page.mouse.dblclick(at.x(0.7), at.y(2)));
  await step(() => page.keyboard.press('0'));
  await step(async () => {
    for (let turn = 0; turn < 4; turn += 1) await page.keyboard.press('w');
  });
  await step(async () => {
    await page.mouse.move(at.x(0.3), at.y(5));
    await page.mouse.down();
    await page.mouse.move(at.x(0.4), at.y(5), { steps: 5 });
    await page.mouse.up();
  });
  await step(async () => {
    await page.mouse.move(at.x(0.5), at.y(5));
    await page.keyboard.down('Control');
    for (let turn = 0; turn < 3; turn += 1) await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
  });
  await step(async () => {
    await page.keyboard.down('Shift');
    await page.mouse.move(at.x(0.2), at.y(5));
    await page.mouse.down();
    await page.mouse.move(at.x(0.6), at.y(5), { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.getByRole('button', { name: /^Zoom/ }).last().click();
  });
  await settled(page, ADDRESS);
  assert.equal(await entries(page), before, 'a window is no place');
  const now = seen.pop();
  assert.notDeepEqual(now, seen.at(-1));
  for (const earlier of seen.reverse()) {
    await page.keyboard.press('Backspace');
    await page.waitForFunction((wanted) => (
      [...document.querySelectorAll('.minimap [role=slider]')].every((one, at) => Math.abs(Number.parseFloat(one.style.left) - wanted[at]) < 0.001)),
    earlier);
  }
  const whole = await time(page);
  await page.keyboard.press('Backspace');
  await settled(page);
  assert.deepEqual(await time(page), whole, 'there is nothing before the first');
});

appTest('an opening that is overtaken says so in words, and close is no crash', async (app) => {
  const { page } = app;
  await page.evaluate(() => window.spanlight.ready);
  // So big that the worker is at it for long after the page has turned to something else.
  const bytes = await page.evaluate(([text, count]) => {
    const one = JSON.stringify(JSON.parse(text).resourceSpans[0].scopeSpans[0].spans[1]);
    const more = Array.from({ length: count }, (_, number) => one.replace('0000000000000002', (number + 100).toString(16).padStart(16, '0')));
    window.big = text.replace('"spans":[', `"spans":[${more.join()},`);
    return window.big.length;
  }, [TREE, 400_000]);
  assert.ok(bytes > 60_000_000);
  const told = await page.evaluate(async (small) => {
    const attempt = (promise) => promise.then(() => '', (error) => error.message);
    const first = attempt(window.spanlight.open([{ name: 'big.json', data: window.big }]));
    await new Promise((done) => { setTimeout(done, 30); });
    const second = window.spanlight.open([{ name: 'small.json', data: small }]);
    const words = [await first, (await second).spans];
    const third = attempt(window.spanlight.open([{ name: 'big.json', data: window.big }]));
    await new Promise((done) => { setTimeout(done, 30); });
    await window.spanlight.close();
    words.push(await third, (await window.spanlight.summary()).spans);
    await window.spanlight.close();
    return words;
  }, TREE);
  assert.deepEqual(told, [
    'the opening was stopped: another one took its place', 3, 'the opening was stopped: the document was closed', 0]);
  await heading(page, 'Drop traces anywhere on this page');
  await settled(page);
  assert.equal(await page.getByRole('progressbar').count(), 0);
  const { report } = await tryOpen(page, [{ name: 'after.json', data: OTHER }]);
  assert.equal(report.spans, 2);
  await eventually(async () => (await ask(page, 'runs'))[0].trace_id, traceId(2));
});

appTest('what is dropped while a link looks for its files is opened for the link', async (app) => {
  const { page } = app;
  await openBoth(app);
  await enterRun(page, 'root');
  await page.keyboard.press('End');
  await page.waitForURL(new RegExp(`span=${spanId(3)}`));
  const hash = new URL(page.url()).hash.slice(1);
  // A look into the browser's storage that takes until it may end.
  await app.context.addInitScript(() => {
    if (!window.StorageManager) return;
    const { getDirectory } = StorageManager.prototype;
    const end = new Promise((done) => { window.endLook = done; });
    StorageManager.prototype.getDirectory = async function late() {
      window.looks = true;
      await end;
      return getDirectory.call(this);
    };
  });
  const other = await app.newTab(hash);
  await other.waitForFunction(() => window.looks);
  await app.drop([{ name: 'tree.json', data: TREE }, { name: 'other.json', data: OTHER }], { page: other });
  await selected(other, spanId(3));
  await other.evaluate(() => window.endLook());
  await settled(other, ADDRESS);
  await selected(other, spanId(3));
});
