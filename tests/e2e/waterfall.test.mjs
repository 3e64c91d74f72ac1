// The waterfall: the tree, the window of time, pointer and keys, and what it says of odd spans.

import assert from 'node:assert/strict';
import { eventually, placed, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { EPOCH, otlp, span, spanId, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { colourful, holds, mirror, places, row, rows, selected, shown, time, timeIs } from './waterfall.mjs';

const MS = 1_000_000;

/** A root with two agents, each with three tools. Ids: 1; 2, 3, 4, 5; 6, 7, 8, 9. */
const TREE = otlp([
  span({ id: 1, name: 'root', length: 100 * MS }),
  span({ id: 2, parent: 1, name: 'first agent', start: 10 * MS, length: 30 * MS }),
  span({ id: 3, parent: 2, name: 'tool a', start: 11 * MS, length: 5 * MS }),
  span({ id: 4, parent: 2, name: 'tool b', start: 17 * MS, length: 5 * MS, status: { code: 2, message: 'no' } }),
  span({ id: 5, parent: 2, name: 'tool c', start: 25 * MS, length: 5 * MS }),
  span({ id: 6, parent: 1, name: 'second agent', start: 50 * MS, length: 40 * MS }),
  span({ id: 7, parent: 6, name: 'tool d', start: 51 * MS, length: 5 * MS }),
  span({ id: 8, parent: 6, name: 'tool e', start: 60 * MS, length: 5 * MS }),
  span({ id: 9, parent: 6, name: 'tool f', start: 80 * MS, length: 5 * MS }),
]);
const ids = (...numbers) => numbers.map(spanId);
const ALL = ids(1, 2, 3, 4, 5, 6, 7, 8, 9);

async function openTree(app) {
  await open(app.page, [{ name: 'tree.json', data: TREE }]);
  await holds(app.page, ALL);
}

const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };

/** Room for all rows of a small run: only those on screen are in the page. */
const TALL = { context: { viewport: { width: 1280, height: 960 } } };

appTest('the rows are the spans of the run, depth first, with their levels', TALL, async (app) => {
  for (const file of ['plain-multi-process.jsonl', 'openinference-openai-agents.json', 'vercel-ai-v5.json']) {
    await open(app.page, [corpus(file)]);
    for (const run of (await ask(app.page, 'runs')).filter(({ spans }) => spans < 22)) {
      await ask(app.page, 'select', { trace: run.trace_id });
      const spans = await ask(app.page, 'spans', run.trace_id);
      await holds(app.page, spans.map((one) => one.span_id));
      await eventually(() => mirror(app.page), (seen) => {
        assert.deepEqual(seen.map(({ level, line }) => [level, line]), spans.map(({ depth }, at) => [depth + 1, at]));
        for (const [at, one] of spans.entries()) {
          assert.ok(seen[at].label.startsWith(one.name), seen[at].label);
          assert.equal(/, error/.test(seen[at].label), one.status === 'error', seen[at].label);
          const children = spans.some(({ parent_span_id: parent }) => parent === one.span_id);
          assert.equal(seen[at].expanded, children ? true : undefined);
        }
      });
      const grid = app.page.getByRole('treegrid');
      await eventually(() => grid.getAttribute('aria-rowcount'), String(spans.length + 1));
    }
  }
});

appTest('arrow keys walk, expand and collapse', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = (number) => selected(page, spanId(number));
  await press(page, 'ArrowDown');
  await at(1);
  await press(page, 'ArrowDown', 'ArrowDown');
  await at(3);
  await press(page, 'ArrowLeft');
  await at(2);
  await press(page, 'ArrowLeft');
  await holds(page, ids(1, 2, 6, 7, 8, 9));
  await eventually(() => row(page, spanId(2)).getAttribute('aria-expanded'), 'false');
  await press(page, 'ArrowDown');
  await at(6);
  await press(page, 'ArrowRight');
  await at(7);
  await press(page, 'Home');
  await at(1);
  await press(page, 'ArrowLeft');
  await holds(page, ids(1));
  await press(page, 'ArrowRight');
  // What was collapsed below stays so.
  await holds(page, ids(1, 2, 6, 7, 8, 9));
  await press(page, 'End');
  await at(9);
  await press(page, 'ArrowDown');
  await settled(page);
  await at(9);
  await press(page, 'Home', 'ArrowUp');
  await settled(page);
  await at(1);
});

appTest('all levels, roots only, and down to a level', async (app) => {
  await openTree(app);
  const { page } = app;
  await page.getByRole('button', { name: 'Collapse all' }).click();
  await holds(page, ids(1));
  await page.getByRole('button', { name: 'Expand all' }).click();
  await holds(page, ALL);
  const levels = page.getByRole('combobox', { name: 'Depth shown' });
  await levels.selectOption({ label: 'To depth 2' });
  await holds(page, ids(1, 2, 6));
  await levels.selectOption({ label: 'To depth 3' });
  await holds(page, ALL);
});

appTest('a click on the chevron opens and closes, one on a row or a bar selects', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  await page.mouse.click(at.chevron(1), at.y(1));
  await holds(page, ids(1, 2, 6, 7, 8, 9));
  await page.mouse.click(at.chevron(1), at.y(1));
  await holds(page, ALL);
  await page.mouse.click(at.canvas.x + 120, at.y(3));
  await selected(page, spanId(4));
  await page.mouse.click(at.x(0.7), at.y(5));
  await selected(page, spanId(6));
  await page.waitForURL(new RegExp(`span=${spanId(6)}`));
});

appTest('W A S D and 0 zoom and pan the time, and the way back is kept', async (app) => {
  await openTree(app);
  const { page } = app;
  await timeIs(page, 'whole');
  await press(page, 'w', 'w', 'w', 'w');
  const zoomed = await timeIs(page, 'shorter', 60);
  await press(page, 'd');
  const later = await timeIs(page, 'after', zoomed[0]);
  assert.ok(Math.abs((later[1] - later[0]) - (zoomed[1] - zoomed[0])) < 0.02, 'panning keeps the length');
  await press(page, 'a', 'a');
  await timeIs(page, 'before', later[0]);
  await press(page, 's');
  await timeIs(page, 'longer', zoomed[1] - zoomed[0]);
  await press(page, '0');
  await timeIs(page, 'whole');
  await press(page, 'Backspace');
  await timeIs(page, 'shorter', 99);
  await page.getByRole('button', { name: 'Show all of the time' }).click();
  await timeIs(page, 'whole');
  await page.getByRole('button', { name: 'Back to the time shown before' }).click();
  await timeIs(page, 'shorter', 99);
  await page.waitForURL(/time=-?\d+\.\.\d+/);
});

appTest('a double click and F zoom to a span', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  await page.mouse.dblclick(at.x(0.7), at.y(5));
  const second = await timeIs(page, 'shorter', 60);
  assert.ok(second[0] > 35 && second[0] < 52 && second[1] > 85 && second[1] < 100, String(second));
  await press(page, 'Home', 'ArrowDown', 'f');
  const first = await timeIs(page, 'before', 20);
  assert.ok(first[1] < 55, String(first));
});

appTest('the wheel with control zooms at the pointer, with shift it pans', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  await page.mouse.move(at.x(0.25), at.y(2));
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 5; turn += 1) await page.mouse.wheel(0, -120);
  await page.keyboard.up('Control');
  const zoomed = await timeIs(page, 'shorter', 60);
  // What is under the pointer stays there.
  const under = ([start, end]) => start + (end - start) * 0.25;
  assert.ok(Math.abs(under(zoomed) - 25) < 1.5, `${under(zoomed)} is at the pointer`);
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, 200);
  await page.keyboard.up('Shift');
  await timeIs(page, 'after', zoomed[0]);
});

appTest('a drag pans, a shift-drag measures and offers to zoom', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  await press(page, 'w', 'w', 'w');
  const zoomed = await timeIs(page, 'shorter', 70);
  await page.mouse.move(at.x(0.6), at.y(4));
  await page.mouse.down();
  await page.mouse.move(at.x(0.4), at.y(4), { steps: 5 });
  await page.mouse.up();
  const panned = await timeIs(page, 'after', zoomed[0]);
  const moved = (panned[0] - zoomed[0]) / (zoomed[1] - zoomed[0]);
  assert.ok(Math.abs(moved - 0.2) < 0.02, `moved by ${moved} of the width`);
  await press(page, '0');
  await timeIs(page, 'whole');
  const drag = async (from, to) => {
    await page.keyboard.down('Shift');
    await page.mouse.move(at.x(from), at.y(4));
    await page.mouse.down();
    await page.mouse.move(at.x(to), at.y(4), { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
  };
  const range = page.getByRole('group', { name: 'Measured range' });
  await drag(0.2, 0.5);
  await range.waitFor();
  await eventually(() => range.textContent(), /^3\d\.\d ms/);
  await timeIs(page, 'whole');
  await press(page, 'Escape');
  await range.waitFor({ state: 'detached' });
  await drag(0.5, 0.2);
  await range.getByRole('button', { name: 'Zoom' }).click();
  const shorter = await timeIs(page, 'shorter', 40);
  assert.ok(Math.abs(shorter[0] - 20) < 2 && Math.abs(shorter[1] - 50) < 2, String(shorter));
});

appTest('the minimap has a brush, by pointer and by keyboard', async (app) => {
  await openTree(app);
  const { page } = app;
  const box = await placed(page.locator('.minimap canvas'));
  await colourful(page, box, 3, 'the minimap');
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 });
  await page.mouse.up();
  const brushed = await timeIs(page, 'shorter', 40);
  assert.ok(Math.abs(brushed[0] - 30) < 1 && Math.abs(brushed[1] - 60) < 1, String(brushed));
  // The brush is moved as a whole.
  await page.mouse.move(box.x + box.width * 0.45, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.55, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await timeIs(page, 'after', 38);
  const start = page.getByRole('slider', { name: 'Start of the time shown' });
  await start.focus();
  const before = await resting(page, () => time(page));
  await press(page, 'ArrowRight');
  await timeIs(page, 'after', before[0]);
  await eventually(async () => (await time(page))[1], before[1]);
});

appTest('a tooltip tells what the row has no room for', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  await page.mouse.move(at.canvas.x + 120, at.y(3));
  const tip = page.getByRole('tooltip');
  await tip.waitFor();
  await eventually(() => tip.textContent(), /tool b.*tests.*at 17\.0 ms.*5\.00 ms.*error/s);
  const box = await placed(tip);
  assert.ok(box.x + box.width <= 1280 && box.y + box.height <= 800);
  await page.mouse.move(at.canvas.x + 120, at.canvas.y + at.canvas.height - 30);
  await tip.waitFor({ state: 'detached' });
});

appTest('odd spans are kept and say what is odd', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'odd.json', data: otlp([
    span({ id: 1, name: 'root', length: 10 * MS }),
    span({ id: 2, parent: 1, name: 'running', start: MS, endTimeUnixNano: undefined }),
    span({ id: 3, parent: 1, name: 'early', start: -5 * MS, length: 2 * MS }),
    span({ id: 4, parent: 1, name: 'instant', start: 2 * MS, length: 0 }),
    span({ id: 5, parent: 77, name: 'orphan', start: 3 * MS, length: MS }),
    span({ id: 6, parent: 77, name: 'another orphan', start: 4 * MS, length: MS }),
    span({ id: 7, parent: 8, name: 'circle', start: 5 * MS, length: MS }),
    span({ id: 8, parent: 7, name: 'circle', start: 6 * MS, length: MS }),
    span({ id: 9, parent: 1, name: 'backwards', start: 6 * MS, length: -MS }),
    span({ id: 10, parent: 1, name: '', start: 7 * MS, length: MS, startTimeUnixNano: String(EPOCH + 7_000_000n) }),
  ]) }]);
  await rows(page).nth(10).waitFor({ state: 'attached' });
  await eventually(() => mirror(page), (all) => {
    const labels = Object.fromEntries(all.map(({ id, label }) => [id, label]));
    const says = (number, words) => assert.match(labels[spanId(number)], words);
    says(2, /still running/);
    says(3, /starts before its parent/);
    says(5, /its parent is missing/);
    says(6, /its parent is missing/);
    assert.match(labels[spanId(7)] + labels[spanId(8)], /cycle/);
    says(9, /ends before it starts/);
    // One placeholder for the missing parent; it is in no count.
    assert.equal(all.length, 11);
    const placeholder = all.findIndex(({ id }) => id === spanId(77));
    assert.deepEqual(all.slice(placeholder + 1, placeholder + 3).map(({ id }) => id), ids(5, 6));
  });
  await eventually(async () => (await ask(page, 'summary')).spans, 10);
  await app.screenshot('odd-spans');
});

appTest('the critical path is marked on a switch, and the switch is kept', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  const box = { x: at.left, y: at.y(0) - 12, width: at.width, height: 24 * 9 };
  const picture = () => page.screenshot({ clip: box });
  const plain = await resting(page, picture);
  const toggle = page.getByRole('button', { name: 'Critical path' });
  await eventually(() => toggle.getAttribute('aria-pressed'), 'false');
  await toggle.click();
  await eventually(() => toggle.getAttribute('aria-pressed'), 'true');
  await page.mouse.move(5, 5);
  await eventually(async () => plain.equals(await picture()), false, 'the path is marked');
  await app.reload();
  await app.drop([{ name: 'tree.json', data: TREE }]);
  await holds(page, ALL);
  await eventually(() => toggle.getAttribute('aria-pressed'), 'true');
});

appTest('instants are in UTC or local time, the head says which', { context: { timezoneId: 'Asia/Tokyo' } }, async (app) => {
  await openTree(app);
  const { page } = app;
  await eventually(() => page.getByRole('main').textContent(), /2026-11-18 11:06:40\.000 UTC/);
  await page.getByRole('group', { name: 'Instants in' }).getByRole('button', { name: 'Local' }).click();
  await page.getByText(/2026-11-18 20:06:40\.000/).first().waitFor();
});

appTest('columns are resized by drag and keys, reset by double click, and kept', async (app) => {
  await openTree(app);
  const { page } = app;
  const split = page.getByRole('separator', { name: 'Width of the names' });
  const width = async () => Number(await split.getAttribute('aria-valuenow'));
  const box = await placed(split);
  const standard = await width();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2, { steps: 3 });
  await page.mouse.up();
  await eventually(() => width(), standard - 60);
  await split.focus();
  await press(page, 'ArrowRight');
  await eventually(() => width(), standard - 44);
  await app.reload();
  await app.drop([{ name: 'tree.json', data: TREE }]);
  await holds(page, ALL);
  await eventually(() => width(), standard - 44);
  await split.dblclick();
  await eventually(() => width(), standard);
});

appTest('the legend names the services, and no label leaves its place', TALL, async (app) => {
  const { page } = app;
  await open(page, [corpus('plain-multi-process.jsonl')]);
  const [run] = await ask(page, 'runs', { sort: '-spans' });
  await ask(page, 'select', { trace: run.trace_id });
  await rows(page).nth(20).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /^Colour / }).click();
  await page.getByRole('menuitemradio', { name: 'Service' }).click();
  const bar = page.getByRole('list', { name: 'Services' });
  for (const service of ['agent-service', 'researcher-service', 'archiver-service']) {
    await bar.getByText(service).waitFor({ state: 'attached' });
  }
  // Another run: the rows are its own.
  const runs = await ask(page, 'runs', { sort: '-spans' });
  for (const { trace_id: trace } of [runs[1], runs[2], runs[0]]) {
    await ask(page, 'select', { trace });
    const [root] = await ask(page, 'spans', trace);
    await shown(page, root.span_id);
    await eventually(async () => (await mirror(page))[0].id, root.span_id);
  }
});

appTest('of a hundred thousand spans only those on screen are in the page', async (app) => {
  const { page } = app;
  const crowd = Array.from({ length: 100_000 }, (_, at) => span({
    id: at + 1, ...(at && { parent: Math.floor((at - 1) / 40) + 1 }), name: `span ${at}`, start: at * 1000, length: 900_000,
  }));
  await app.drop([{ name: 'crowd.json', data: otlp(crowd) }]);
  await shown(page, spanId(1));
  const few = async () => {
    const count = await eventually(() => rows(page).count(), (count) => count > 10);
    assert.ok(count <= 100, `${count} rows in the page`);
  };
  await few();
  const spans = await ask(page, 'spans', traceId(1));
  assert.equal(spans.length, 100_000);
  await press(page, 'End');
  await selected(page, spans.at(-1).span_id);
  await few();
  const at = await places(page);
  await page.mouse.move(at.x(0.5), at.y(5));
  for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, -3000);
  await page.waitForFunction(() => {
    const lines = [...document.querySelectorAll('[role=treegrid] [data-span-id]')].map((row) => Number(row.dataset.line));
    return lines.length > 10 && Math.min(...lines) < 99_000;
  });
  await few();
  await press(page, 'Home');
  await selected(page, spanId(1));
  await page.getByRole('button', { name: 'Collapse all' }).click();
  await holds(page, ids(1));
  // A span that is hidden is opened for when it is selected.
  await ask(page, 'select', { trace: traceId(1), span: spans[77_777].span_id });
  await selected(page, spans[77_777].span_id);
  await few();
});

appTest('the canvas is painted in light and dark', async (app) => {
  await openTree(app);
  const { page } = app;
  const at = await places(page);
  const box = { x: at.canvas.x, y: at.y(0) - 12, width: at.canvas.width, height: 24 * 9 };
  await colourful(page, box, 30, 'the canvas');
  const light = await resting(page, () => page.screenshot({ clip: box }));
  await page.emulateMedia({ colorScheme: 'dark' });
  await eventually(async () => light.equals(await page.screenshot({ clip: box })), false, 'other colours');
  await colourful(page, box, 30, 'the canvas');
});
