// The address: what it restores, what it asks for, back and forward, reload.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, traceId } from './documents.mjs';
import { ask, runRow } from './script.mjs';
import { holds, rows, selected, time, timeIs } from './waterfall.mjs';

/** Longer than what the address gathers, in milliseconds. */
const ADDRESS = 300;

const PLAIN = 'plain-multi-process.jsonl';
const MS = 1_000_000;

const TREE = otlp([
  span({ id: 1, name: 'root', length: 100 * MS }), span({ id: 2, parent: 1, start: 10 * MS, length: 30 * MS, name: 'first' }),
  span({ id: 3, parent: 1, start: 50 * MS, length: 40 * MS, name: 'second' }),
]);
const OTHER = otlp([span({ trace: 2, id: 9, name: 'other root' })]);

const needs = (page, words) => page.getByRole('heading', { name: words }).waitFor();
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());
const both = () => [{ name: 'tree.json', data: TREE }, { name: 'other.json', data: OTHER }];

/** Opens the two files, selects a span and zooms to it; gives the address. */
async function standSomewhere(app) {
  const { page } = app;
  await app.drop(both());
  await page.getByRole('status').getByText('2 runs', { exact: true }).waitFor();
  await page.getByText('root', { exact: true }).first().click();
  await holds(page, [1, 2, 3].map(spanId));
  await page.keyboard.press('End');
  await selected(page, spanId(3));
  await page.keyboard.press('f');
  await timeIs(page, 'shorter', 60);
  await page.waitForURL(/span=.*time=/);
  await settled(page, ADDRESS);
  return page.url();
}

appTest('a link asks for its file by name and size, and restores everything once it is dropped', async (app) => {
  const [run] = await (async () => {
    await app.drop([corpus(PLAIN)]);
    await runRow(app.page, 0).waitFor();
    return ask(app.page, 'runs', { sort: '-spans' });
  })();
  const target = (await ask(app.page, 'spans', run.trace_id))[7];
  await ask(app.page, 'select', { trace: run.trace_id, span: target.span_id });
  await selected(app.page, target.span_id);
  await app.page.keyboard.press('f');
  const window = await timeIs(app.page, 'shorter', 60);
  await app.page.waitForURL(/time=/);
  await settled(app.page, ADDRESS);
  await app.page.getByRole('button', { name: 'Copy a link to what is shown' }).click();
  await app.told('Link copied');
  await app.told(`Who opens it needs ${PLAIN} (58.4 KB).`);
  const link = await eventually(() => copied(app.page), (link) => assert.equal(new URL(link).pathname, new URL(app.url).pathname));

  const other = await app.context.newPage();
  await other.goto(link);
  await app.ready(other);
  await needs(other, `This link needs ${PLAIN} (58.4 KB): drop it here`);
  await app.drop([corpus(PLAIN)], { page: other });
  await selected(other, target.span_id);
  await eventually(() => time(other), (restored) => [0, 1].every((at) => Math.abs(restored[at] - window[at]) < 0.01), window.join());
  await other.waitForURL(link);
});

appTest('the file is known by its content, whatever it is called now', async (app) => {
  const link = await standSomewhere(app);
  const page = await app.newTab(new URL(link).hash.slice(1));
  await needs(page, 'This link needs 2 files: drop them here');
  await eventually(() => page.getByRole('list', { name: 'Files of this link' }).textContent(), /tree\.json.*other\.json/s);
  await app.drop([{ name: 'renamed', data: OTHER }, { name: 'renamed too', data: TREE }], { page });
  await selected(page, spanId(3));
  await timeIs(page, 'shorter', 60);
});

appTest('of several files each is asked for until all are there', async (app) => {
  const link = await standSomewhere(app);
  const page = await app.newTab(new URL(link).hash.slice(1));
  await needs(page, 'This link needs 2 files: drop them here');
  await app.drop([{ name: 'other.json', data: OTHER }], { page });
  await page.getByText('This link needs tree.json', { exact: false }).first().waitFor();
  await app.drop([{ name: 'tree.json', data: TREE }], { page });
  await selected(page, spanId(3));
});

appTest('the next file of a link may come before the one before is shown', async (app) => {
  const link = await standSomewhere(app);
  const page = await app.newTab(new URL(link).hash.slice(1));
  await needs(page, 'This link needs 2 files: drop them here');
  // Dropped at once when the page asks for it, while it still asks the worker what to show of the first.
  await page.evaluate((tree) => {
    const observer = new MutationObserver(() => {
      if (!document.body.textContent.includes('This link needs tree.json')) return;
      observer.disconnect();
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([tree], 'tree.json'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  }, TREE.toString());
  await app.drop([{ name: 'other.json', data: OTHER }], { page });
  await selected(page, spanId(3));
  await eventually(async () => (await ask(page, 'runs')).length, 2);
});

appTest('a wrong file is told, and can be looked at all the same', async (app) => {
  const link = await standSomewhere(app);
  const page = await app.newTab(new URL(link).hash.slice(1));
  await needs(page, /This link needs/);
  await app.drop([{ name: 'tree.json', data: otlp([span({ trace: 5, name: 'something else' }), span({ trace: 6, id: 2 })]) }], { page });
  await page.getByText('What was opened is not what the link was made from', { exact: false }).waitFor();
  await page.getByText('something else', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Forget the link' }).click();
  await page.getByText('What was opened is not what the link', { exact: false }).waitFor({ state: 'detached' });
});

appTest('back and forward move between runs and run', async (app) => {
  await standSomewhere(app);
  const { page } = app;
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await runRow(page, 1).waitFor();
  await page.getByText('other root', { exact: true }).first().click();
  await holds(page, [spanId(9)]);
  await page.goBack();
  await runRow(page, 1).waitFor();
  await page.goBack();
  await selected(page, spanId(3));
  await timeIs(page, 'shorter', 60);
  await page.goForward();
  await runRow(page, 1).waitFor();
  await page.goForward();
  await holds(page, [spanId(9)]);
});

appTest('filter, order and report travel in the address', async (app) => {
  const { page } = app;
  await app.drop([corpus('vercel-ai-v5.json')]);
  await runRow(page, 0).waitFor();
  const [{ root_name: name }] = await ask(page, 'runs');
  await page.getByRole('textbox', { name: /^Filter by/ }).fill(name);
  await page.getByTitle('Sort by duration').click();
  await page.waitForURL(/filter=.*sort=-duration/);
  // The page's own order and filter, not the ones before.
  await settled(page, ADDRESS);
  const shown = await page.locator('[role=grid]').textContent();
  await app.reload();
  await needs(page, /This link needs vercel-ai-v5\.json/);
  await app.drop([corpus('vercel-ai-v5.json')]);
  await page.waitForFunction((wanted) => document.querySelector('[role=grid]')?.textContent === wanted, shown);
  await eventually(() => page.getByRole('textbox', { name: /^Filter by/ }).inputValue(), name);
});

appTest('a sample comes back with its link, without a question', async (app) => {
  const { page } = app;
  await page.getByRole('region', { name: 'Samples' }).getByRole('button', { name: /Research desk/ }).click();
  await rows(page).nth(5).waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/sample=smolagents\.json\.zst.*span=/);
  // Both keys are in the address.
  await settled(page, ADDRESS);
  const id = /span=([0-9a-f]+)/.exec(page.url())[1];
  await app.reload();
  await selected(page, id);
});

appTest('a fetched document is fetched again only when asked', async (app) => {
  const { page } = app;
  const url = `${app.url}samples/${PLAIN}`;
  await page.getByRole('textbox', { name: 'Fetch from a URL' }).fill(url);
  await page.keyboard.press('Enter');
  await runRow(page, 0).waitFor();
  await page.locator('#run-0').click();
  await page.waitForURL(/#url=.*trace=/);
  await settled(page, ADDRESS);
  const trace = /trace=([0-9a-f]+)/.exec(page.url())[1];
  let asked = 0;
  page.on('request', (request) => { if (request.url() === url) asked += 1; });
  await app.reload();
  await page.getByRole('list', { name: 'Files of this link' }).getByText(url).waitFor();
  await settled(page, ADDRESS);
  assert.equal(asked, 0);
  await page.getByRole('list', { name: 'Files of this link' }).getByRole('button', { name: 'Fetch' }).click();
  await rows(page).first().waitFor({ state: 'attached' });
  const [root] = await ask(page, 'spans', trace);
  await page.locator(`[role=treegrid] [data-span-id="${root.span_id}"]`).waitFor({ state: 'attached' });
});

appTest('an address of nonsense is no harm', async (app) => {
  for (const fragment of ['%E0%A4%A', 'file', 'file=!!!&time=5..1&trace=&view=nowhere', 'view=waterfall&trace=00&span=11', '&&&=&=', 'file=a!-1!x']) {
    const page = await app.newTab(fragment);
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    await page.close();
  }
});

appTest('the whole story: search, exception, link, another tab, the same span', async (app) => {
  const { page } = app;
  const FILE = 'openinference-openai-agents.json';
  await app.drop([corpus(FILE)]);
  // Rows are listed before the document is there to be searched.
  await page.getByRole('search').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('rate limit');
  await page.getByRole('search').getByRole('status').getByText(/^\d+ in \d+ runs?$/).waitFor();
  await page.keyboard.press('Enter');
  const row = page.locator('[role=treegrid] [aria-selected=true]');
  await row.waitFor({ state: 'attached' });
  const id = await row.getAttribute('data-span-id');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByText(/rate limit/i).first().waitFor();
  await page.waitForURL(new RegExp(`span=${id}`));
  await settled(page, ADDRESS);
  await page.getByRole('button', { name: 'Copy a link to what is shown' }).click();
  await app.told('Link copied');
  const link = await eventually(() => copied(page), new RegExp(`span=${id}`));
  const other = await app.context.newPage();
  await other.goto(link);
  await app.ready(other);
  await needs(other, `This link needs ${FILE} (277 KB): drop it here`);
  await app.drop([{ name: 'other name.json', data: readFileSync(corpus(FILE)) }], { page: other });
  await selected(other, id);
  await eventually(() => other.locator('#search').inputValue(), 'rate limit');
  await other.getByRole('complementary', { name: 'Inspector' }).getByText(/rate limit/i).first().waitFor();
});

appTest('trace and span in the address of a document that does not hold them are told', async (app) => {
  const { page } = app;
  await app.drop([{ name: 'tree.json', data: TREE }]);
  await holds(page, [1, 2, 3].map(spanId));
  await page.waitForURL(/trace=/);
  const hash = new URL(page.url()).hash;
  const moved = await app.newTab(hash.slice(1).replace(traceId(1), traceId(77)));
  await app.drop([{ name: 'tree.json', data: TREE }], { page: moved });
  await app.told('The run of this link is not here', moved);
});
