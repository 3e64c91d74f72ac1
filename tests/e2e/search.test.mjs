// Search over all runs: while typing, hit by hit, as a list, with its marks in table, waterfall and minimap.

import assert from 'node:assert/strict';
import { eventually, LONG, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open, runRow } from './script.mjs';
import { colourful, selected } from './waterfall.mjs';

const field = (page) => page.locator('#search');
const count = (page, words) => page.getByRole('search').getByRole('status').getByText(words, { exact: true }).waitFor();

/** Two runs; each value below stands where its name says. */
const SPANS = [
  span({ id: 1, name: 'needle in the name', length: 9_000_000 }),
  span({ id: 2, parent: 1, name: 'plain', start: 1_000_000, attributes: [text('needle.key', 'x')] }),
  span({ id: 3, parent: 1, name: 'plain', start: 3_000_000, attributes: [text('k', 'a needle in the value')] }),
  span({ id: 4, parent: 1, name: 'plain', start: 5_000_000, attributes: [text('k', `${'long text '.repeat(500)}needle`)] }),
  span({ id: 5, parent: 1, name: 'plain', start: 7_000_000, attributes: [text('k', 'nothing')] }),
  span({ trace: 2, id: 6, name: 'Needle, too', start: 60_000_000 }),
  span({ trace: 3, id: 0xabcdef012345, name: 'other', start: 90_000_000 }),
];

async function openSpans(app) {
  await open(app.page, [{ name: 'needles.json', data: otlp(SPANS) }]);
}

appTest('names, keys and values are found in all runs, case ignored', async (app) => {
  await openSpans(app);
  const { page } = app;
  await page.keyboard.press('/');
  await eventually(() => page.evaluate(() => document.activeElement.id), 'search');
  await page.keyboard.type('needle');
  await count(page, '5 in 2 runs');
  await field(page).fill('NEEDLE IN');
  await count(page, '2 in 1 run');
  await field(page).fill('abcdef012345');
  await count(page, '1 in 1 run');
  await field(page).fill(traceId(2));
  await count(page, '1 in 1 run');
  await field(page).fill('k=nothing');
  await count(page, '1 in 1 run');
  await field(page).fill('found nowhere at all');
  await count(page, 'No hits');
});

appTest('Enter and Shift-Enter go from hit to hit, over runs, and around', async (app) => {
  await openSpans(app);
  const { page } = app;
  await page.keyboard.press('/');
  await page.keyboard.type('needle');
  await count(page, '5 in 2 runs');
  const hits = [1, 2, 3, 4, 6].map(spanId);
  for (const [at, id] of [...hits, hits[0]].entries()) {
    await page.keyboard.press('Enter');
    await selected(page, id);
    await count(page, `${(at % 5) + 1} of 5 in 2 runs`);
  }
  await page.keyboard.press('Shift+Enter');
  await selected(page, hits[4]);
  await count(page, '5 of 5 in 2 runs');
  await page.keyboard.press('Escape');
  await eventually(() => field(page).inputValue(), '');
});

appTest('which hit it is, is said when the next step begins there', { late: 300 }, async (app) => {
  await openSpans(app);
  const { page } = app;
  await page.keyboard.press('/');
  await page.keyboard.type('needle');
  await count(page, '5 in 2 runs');
  for (let at = 1; at <= 3; at += 1) {
    await page.keyboard.press('Enter');
    await count(page, `${at} of 5 in 2 runs`);
  }
  await selected(page, spanId(3));
});

appTest('the list of hits says where each matched and goes there', async (app) => {
  await openSpans(app);
  const { page } = app;
  await field(page).fill('needle');
  await count(page, '5 in 2 runs');
  const list = page.getByRole('listbox', { name: 'Hits' });
  const options = list.getByRole('option');
  await options.nth(4).waitFor();
  await eventually(() => options.nth(0).textContent(), /needle in the name.*in the name/);
  await eventually(() => options.nth(1).textContent(), /plain.*in needle\.key/);
  await settled(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await eventually(() => options.nth(2).getAttribute('aria-selected'), 'true');
  await page.keyboard.press('Enter');
  await selected(page, spanId(3));
  await list.waitFor({ state: 'detached' });
});

appTest('hits are marked in the table, the waterfall and the minimap', async (app) => {
  await openSpans(app);
  const { page } = app;
  await runRow(page, 2).waitFor();
  await field(page).fill('needle');
  await count(page, '5 in 2 runs');
  // The latest run first: other, Needle too, needle in the name.
  const hits = page.locator('[role=grid] [role=row] > [role=gridcell]:last-child');
  await page.waitForFunction(() => (
    [...document.querySelectorAll('[role=grid] [role=row] > [role=gridcell]:last-child')].map((cell) => cell.textContent).join() === '0,1,4'));
  await eventually(() => hits.count(), 3);
  const minimap = async () => {
    const box = await page.locator('.minimap canvas').boundingBox();
    return page.screenshot({ clip: box });
  };
  await page.locator('#run-2').click();
  await page.waitForFunction(() => document.querySelectorAll('[role=treegrid] [data-hit]').length === 4);
  await eventually(() => page.locator(`[role=treegrid] [data-span-id="${spanId(3)}"]`).getAttribute('aria-label'), /matches the search/);
  const marked = await resting(page, minimap);
  await field(page).fill('');
  await page.waitForFunction(() => document.querySelectorAll('[role=treegrid] [data-hit]').length === 0);
  await eventually(async () => marked.equals(await minimap()), false, 'the marks go');
  await colourful(page, page.locator('.minimap canvas'), 2);
});

appTest('what the search finds is what is in the files', async (app) => {
  await open(app.page, [corpus('openinference-openai-agents.json'), corpus('plain-multi-process.jsonl'), corpus('strands-legacy.json')]);
  const { page } = app;
  const runs = await ask(page, 'runs');
  const spans = (await Promise.all(runs.map((run) => ask(page, 'spans', run.trace_id)))).flat();
  const raw = new Map();
  for (const one of spans) {
    const whole = await ask(page, 'span', one.trace_id, one.span_id);
    const { name, attributes, events, links, status } = JSON.parse(whole.raw);
    raw.set(one, [name, attributes, events, links?.map((link) => link.attributes), status?.message, whole.service, whole.scope.name]);
  }
  const texts = (value) => (value === undefined ? [] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [String(value)]);
  for (const sought of ['rate limit', 'order', 'researcher', 'gpt-5', 'tool_call', 'RuntimeError']) {
    const contains = (list) => list.some((one) => one.toLowerCase().includes(sought.toLowerCase()));
    const wanted = spans.filter((one) => contains(texts(raw.get(one)))).length;
    await field(page).fill('');
    await page.getByRole('search').getByRole('status').waitFor({ state: 'detached' });
    await field(page).fill(sought);
    await eventually(() => page.getByRole('search').getByRole('status').textContent(), (words) => (
      !/read$/.test(words) && words.startsWith(wanted === 0 ? 'No hits' : `${wanted} in `)), `${sought}, expected ${wanted}`);
  }
});

appTest('an attribute is searched for from the inspector', async (app) => {
  await openSpans(app);
  const { page } = app;
  await ask(page, 'select', { trace: traceId(1), span: spanId(2) });
  const attribute = page.locator('[data-key="needle.key"]');
  await attribute.hover();
  await attribute.getByRole('button', { name: 'Search for this' }).click();
  await page.waitForFunction(() => document.querySelector('#search').value === 'needle.key="x"');
  await count(page, '1 in 1 run');
});

appTest('the search travels in the link', async (app) => {
  await openSpans(app);
  const { page } = app;
  await field(page).fill('needle in');
  await page.waitForURL(/find=needle%20in/);
});

appTest('typing over a big document answers and never blocks', async (app) => {
  const { page } = app;
  const spans = Array.from({ length: 60_000 }, (_, at) => span({
    trace: Math.floor(at / 100) + 1, id: at + 1, ...(at % 100 && { parent: at - (at % 100) + 1 }), name: `step ${at % 7}`,
    start: at * 1000, attributes: [text('prompt', `prompt number ${at} with some words ${at * 7919}`)],
  }));
  await app.drop([{ name: 'big.json', data: otlp(spans) }]);
  await page.getByRole('status').getByText('600 runs', { exact: true }).waitFor({ timeout: LONG });
  await field(page).focus();
  await page.keyboard.type('number 5999', { delay: 15 });
  // 5999 and 59990 to 59999.
  await count(page, '11 in 2 runs');
  await field(page).fill('step 6');
  await page.waitForFunction(() => /^8,5\d\d in 600 runs$/.test(document.querySelector('[role=search] [role=status]')?.textContent ?? ''));
});
