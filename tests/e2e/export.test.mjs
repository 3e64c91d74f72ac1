// Pictures and tables that are saved: as they are seen, well-formed whatever a trace says, and with the summary's sums.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, text } from './documents.mjs';
import { ask, open } from './script.mjs';

/** Chooses an entry of the menu; gives the file's name and bytes. */
const save = async (page, kind) => {
  // What is saved is what is seen.
  await settled(page);
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
};

/** Records of comma-separated values, as RFC 4180 says. */
const records = (csv) => {
  const rows = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  assert.deepEqual(rows.pop(), [''], 'the last line is ended');
  return rows;
};

/** Dollars as a whole number of 10^-12. */
const pico = (dollars) => {
  const [whole, part = ''] = dollars.split('.');
  return BigInt(whole + part.padEnd(12, '0'));
};

const size = (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) });

/** What a browser makes of an SVG text: its size and its texts, or why it is none. */
const parsed = (page, svg) => page.evaluate((svg) => {
  const made = new DOMParser().parseFromString(svg, 'image/svg+xml');
  return {
    error: made.querySelector('parsererror')?.textContent,
    width: Number(made.documentElement.getAttribute('width')),
    height: Number(made.documentElement.getAttribute('height')),
    texts: [...made.querySelectorAll('text')].map((element) => element.textContent),
    elements: [...new Set([...made.querySelectorAll('*')].map((element) => element.tagName))].sort(),
    attributes: [...made.querySelectorAll('*')].flatMap((element) => element.getAttributeNames()),
  };
}, svg);

const showCost = async (page) => {
  await page.getByRole('tab', { name: 'Cost' }).click();
  await page.locator('.cost-table tbody tr').first().waitFor();
};

for (const colorScheme of ['light', 'dark']) {
  appTest(`the treemap is saved as a picture and as a drawing, ${colorScheme}`, { context: { colorScheme } }, async (app) => {
    const { page } = app;
    await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
    await showCost(page);
    const svg = await save(page, 'SVG');
    assert.equal(svg.name, 'openllmetry-langgraph-openai-cost.svg');
    const drawing = await parsed(page, svg.bytes.toString());
    assert.equal(drawing.error, undefined);
    await eventually(() => page.locator('.cost-table tbody th').first().textContent(), (label) => drawing.texts.includes(label));
    const png = await save(page, 'PNG');
    assert.equal(png.name, 'openllmetry-langgraph-openai-cost.png');
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
    assert.deepEqual(size(png.bytes), { width: Math.round(drawing.width * 2), height: Math.round(drawing.height * 2) });
    await app.told('openllmetry-langgraph-openai-cost.png saved');
    // Both are the same picture: the drawing, painted by the browser as large as the other, hardly differs.
    const elsewhere = await app.context.newPage();
    const differs = await elsewhere.evaluate(async ([svg, png]) => {
      const image = (type, base64) => new Promise((done, failed) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const element = new Image();
        element.onload = () => done(element);
        element.onerror = () => failed(new Error(`no ${type}`));
        element.src = URL.createObjectURL(new Blob([bytes], { type }));
      });
      const pixels = async (type, base64) => {
        const canvas = new OffscreenCanvas(400, 300);
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.drawImage(await image(type, base64), 0, 0, 400, 300);
        return context.getImageData(0, 0, 400, 300).data;
      };
      const [one, other] = [await pixels('image/svg+xml', svg), await pixels('image/png', png)];
      return one.filter((value, at) => Math.abs(value - other[at]) > 60).length / one.length;
    }, [svg.bytes.toString('base64'), png.bytes.toString('base64')]);
    assert.ok(differs < 0.02, `${differs}`);
  });
}

appTest('the table adds up to the summary, saved or copied', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
  const { cost_usd } = await ask(page, 'summary');
  await showCost(page);
  const { name, bytes } = await save(page, 'CSV');
  assert.equal(name, 'openllmetry-langgraph-openai-cost.csv');
  const [head, ...rows] = records(bytes.toString());
  assert.deepEqual(head, ['agent', 'Cost (USD)', 'Share', 'Cumulative share', 'Calls', 'Tokens', 'Cost per call (USD)', 'Complete']);
  const sum = rows.reduce((sum, row) => sum + pico(row[1] || '0'), 0n);
  assert.equal(Number(sum) / 1e12, cost_usd);
  await eventually(() => page.locator('.cost-table tbody tr').count(), rows.length);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Copy table' }).click();
  await app.told('Table copied');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await eventually(async () => (await copied()).trimEnd().split('\n').map((line) => line.split('\t')), [head, ...rows]);
});

const FORMULA = '=HYPERLINK("https://example.org","x")';
const MARKUP = '</text><script>alert(1)</script>\u0001&';

const hostile = () => otlp([
  span({ id: 1, name: 'run', length: 9000, attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', FORMULA)] }),
  span({ id: 2, parent: 1, name: 'chat', start: 100, length: 500, attributes: [text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', MARKUP)] }),
  span({ id: 3, name: 'other', start: 600, length: 9000, attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', MARKUP)] }),
  span({ id: 4, parent: 3, name: 'sk-proj-Zm9vYmFyYmF6cXV4', start: 700, length: 500, attributes: [text('gen_ai.operation.name', 'chat')] }),
]);

appTest('what a trace says stays text in every file, and what is covered stays covered', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'hostile.json', data: hostile() }]);
  await page.getByRole('tab', { name: 'Cost' }).click();
  await page.getByLabel('Area').selectOption('Calls');
  await page.locator('.cost-table tbody tr').nth(1).waitFor();
  const csv = await save(page, 'CSV');
  const names = records(csv.bytes.toString()).slice(1).map((row) => row[0]).sort();
  assert.deepEqual(names, [`'${FORMULA}`, MARKUP].sort());
  const { bytes } = await save(page, 'SVG');
  const drawing = await parsed(page, bytes.toString());
  assert.equal(drawing.error, undefined);
  assert.deepEqual(drawing.elements.filter((name) => !['svg', 'title', 'rect', 'text', 'path', 'g'].includes(name)), []);
  assert.deepEqual(drawing.attributes.filter((name) => name.startsWith('on') || name.includes('href')), []);
  assert.ok(drawing.texts.some((label) => label.startsWith('</text>')), `${drawing.texts}`);
  // Names of spans, covered.
  await page.getByLabel('Level 1').selectOption('span');
  await page.locator('.cost-table tbody').getByText('sk-proj-Zm9vYmFyYmF6cXV4').waitFor();
  await page.getByRole('button', { name: 'Cover secrets' }).click();
  await page.locator('.cost-table tbody').getByText('sk-proj-Zm9vYmFyYmF6cXV4').waitFor({ state: 'detached' });
  for (const kind of ['CSV', 'SVG']) {
    const covered = await save(page, kind);
    assert.ok(!covered.bytes.toString().includes('Zm9vYmFyYmF6cXV4'), kind);
  }
});
