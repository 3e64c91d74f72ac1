// Files kept in the browser: only when the user says so, found again by a reload and by a link, cleared without a trace.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { ask, runRow } from './script.mjs';
import { rows, selected, time, timeIs } from './waterfall.mjs';

const PLAIN = 'plain-multi-process.jsonl';
const asks = (page) => page.getByRole('heading', { name: `This link needs ${PLAIN} (58.4 KB): drop it here` }).waitFor();
/** After this much of the page's time nothing more is stored, in milliseconds. */
const QUIET = 300;

const settings = (page) => page.getByRole('dialog', { name: 'Settings' });

/** Names of all that stands in origin-private storage, folders too. */
const stored = (page) => page.evaluate(async () => {
  const names = [];
  const walk = async (folder) => {
    for await (const [name, handle] of folder.entries()) {
      names.push(name);
      if (handle.kind === 'directory') await walk(handle);
    }
  };
  await walk(await navigator.storage.getDirectory());
  return names;
});

async function dropPlain(app) {
  await app.drop([corpus(PLAIN)]);
  await runRow(app.page, 0).waitFor();
}

/** Ticks or clears the choice and waits for what the dialog then says. */
async function choose(page, on, told) {
  await page.getByRole('button', { name: 'Settings' }).click();
  await settings(page).getByRole('checkbox', { name: /^Keep opened files/ }).setChecked(on);
  if (told) await settings(page).getByText(told).waitFor();
  await page.keyboard.press('Escape');
  await settings(page).waitFor({ state: 'hidden' });
}

/** Stands at a span of a run, zoomed; gives its id, its run and the window. */
async function standSomewhere(page) {
  const [run] = await ask(page, 'runs', { sort: '-spans' });
  const target = (await ask(page, 'spans', run.trace_id))[5];
  await ask(page, 'select', { trace: run.trace_id, span: target.span_id });
  await selected(page, target.span_id);
  await page.keyboard.press('f');
  const window = await timeIs(page, 'shorter', 60);
  await page.waitForURL(/span=.*time=/);
  return { id: target.span_id, trace: run.trace_id, window };
}

async function standsThere(page, place) {
  await selected(page, place.id);
  await eventually(() => time(page), (window) => [0, 1].every((at) => Math.abs(window[at] - place.window[at]) < 0.01), place.window.join());
  await page.waitForURL(new RegExp(`trace=${place.trace}`));
}

appTest('nothing is kept unasked', async (app) => {
  const { page } = app;
  await dropPlain(app);
  await page.locator('#run-1').click();
  await rows(page).first().waitFor({ state: 'attached' });
  await page.waitForURL(/trace=/);
  await settled(page, QUIET);
  assert.deepEqual(await stored(page), []);
  await app.reload();
  await asks(page);
  await settled(page, QUIET);
  assert.deepEqual(await stored(page), []);
  const databases = await page.evaluate(async () => [...await indexedDB.databases(), ...await caches.keys()]);
  assert.deepEqual(databases, []);
});

appTest('a kept file is there after a reload, at the same run, span and window', async (app) => {
  const { page } = app;
  await dropPlain(app);
  await choose(page, true, '1 file kept, 58.4 KB');
  const place = await standSomewhere(page);
  await app.reload();
  await standsThere(page, place);
  await eventually(async () => (await ask(page, 'summary')).spans, 62);
  // Details are read from what was kept.
  await eventually(async () => JSON.parse((await ask(page, 'span', place.trace, place.id)).raw).spanId, place.id);
  // So does a link in another tab, and a second reload.
  const other = await app.newTab(new URL(page.url()).hash.slice(1));
  await standsThere(other, place);
  await app.reload();
  await standsThere(page, place);
});

appTest('files opened once the choice is made are kept as they were given', async (app) => {
  const { page } = app;
  await choose(page, true);
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).nth(3).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Settings' }).click();
  await settings(page).getByText(/^1 file kept/).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL(/crewai/);
  await app.reload();
  await rows(page).nth(3).waitFor({ state: 'attached' });
  await eventually(async () => (await ask(page, 'summary')).spans, 12);
});

appTest('clearing removes everything, and the choice taken back keeps nothing more', async (app) => {
  const { page } = app;
  await dropPlain(app);
  await choose(page, true, '1 file kept, 58.4 KB');
  await page.getByRole('button', { name: 'Settings' }).click();
  await settings(page).getByRole('button', { name: 'Clear kept files' }).click();
  await settings(page).getByText(/file kept/).waitFor({ state: 'detached' });
  await eventually(() => stored(page), []);
  await page.keyboard.press('Escape');
  await choose(page, false);
  await app.drop([corpus('crewai.json.gz')]);
  await page.getByText('7 runs', { exact: true }).first().waitFor();
  await page.waitForURL(/crewai/);
  await settled(page, QUIET);
  assert.deepEqual(await stored(page), []);
  await app.reload();
  await page.getByRole('heading', { name: 'This link needs 2 files: drop them here' }).waitFor();
  await settled(page, QUIET);
  assert.deepEqual(await stored(page), []);
});
