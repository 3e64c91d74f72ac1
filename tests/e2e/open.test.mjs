// Ways to open: drop, choose, paste, samples, an address; adding; progress and cancel; what was read and what was not.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { appTest, corpus } from './harness.mjs';
import { eventually, settled } from './eventually.mjs';
import { generated, otlp, span } from './documents.mjs';
import { ask, open } from './script.mjs';

const PLAIN = 'plain-multi-process.jsonl';

const runsTable = (page) => page.getByRole('grid', { name: 'Runs' });
const heading = (page, name) => page.getByRole('heading', { name });

/** Waits until the open document has so many spans. */
const holds = (page, spans) => eventually(async () => (await ask(page, 'summary')).spans, spans);

/** What the page says where a locator leads; waits for it. */
const says = (locator, words) => eventually(() => locator.textContent(), words);

/** Waits until the runs table says how many runs there are. */
const shows = (page, words) => page.getByRole('status').getByText(words, { exact: true }).waitFor();

/** A file so often that no reader comes to its end before it is stopped, however slow the page beside it is: the same spans again and again. */
const endless = (path) => Array(80).fill(path);

/** Opens the document's menu and chooses an item. */
async function choose(page, item) {
  await page.locator('header .source').getByRole('button').click();
  await page.getByRole('menuitem', { name: item }).click();
}

appTest('dropped files become one document', async (app) => {
  await app.drop([corpus('fixture-otelgui-sample-trace-late-root-part1.json'), corpus(PLAIN), corpus('crewai.json.gz')]);
  await shows(app.page, '8 runs');
  await eventually(() => runsTable(app.page).getByRole('row').count(), 8);
  await holds(app.page, 5 + 62 + 12);
  await eventually(() => app.page.title(), /^3 files/);
});

appTest('runs are counted when they are seen, and not said to be none before', { late: 300 }, async (app) => {
  // What each frame shows: words about the runs, and how many rows there are.
  await app.page.evaluate(() => {
    window.frames = new Set();
    const look = () => {
      const [words, none] = ['.runs-bar .count', '.runs-body .empty p'].map((selector) => document.querySelector(selector)?.textContent);
      window.frames.add([words, none, document.querySelectorAll('.runs-body [role=row]').length].join('|'));
      requestAnimationFrame(look);
    };
    look();
  });
  const frames = (seen) => eventually(() => app.page.evaluate(() => [...window.frames]), (all) => all.includes(seen));
  await app.drop([corpus(PLAIN)]);
  await frames('6 runs||6');
  await app.drop([corpus('crewai.json.gz')]);
  const seen = await frames('7 runs||7');
  for (const frame of seen.filter((one) => !/so far/.test(one))) {
    const [words, none, rows] = frame.split('|');
    assert.equal(none, '', frame);
    if (words) assert.equal(rows, words.replace(/\D/g, ''), frame);
  }
});

appTest('a dropped folder is read through, other files in it are left out and said', async (app) => {
  const inner = app.write({ name: 'traces/day/a.json', data: otlp([span()]) });
  app.write({ name: 'traces/b.jsonl', data: otlp([span({ trace: 2, id: 2 })]) });
  app.write({ name: 'traces/photo.png', data: 'not read' });
  app.write({ name: 'traces/.hidden.json', data: 'not read' });
  await app.drop([dirname(dirname(inner))]);
  await shows(app.page, '2 runs');
  await app.told('2 files were left out');
  const names = (await ask(app.page, 'summary')).sources.map((source) => source.name);
  assert.deepEqual(names.sort(), ['traces/b.jsonl', 'traces/day/a.json']);
});

appTest('a folder without traces says that there is nothing to open', async (app) => {
  const photo = app.write({ name: 'photos/one.png', data: '' });
  await app.drop([dirname(photo)]);
  await app.told('Nothing to open');
  await heading(app.page, 'Drop traces anywhere on this page').waitFor();
});

appTest('a single trace shows its waterfall', async (app) => {
  await app.drop([corpus('crewai.json.gz')]);
  await app.page.locator('[role=treegrid] [data-span-id]').nth(11).waitFor({ state: 'attached' });
  await heading(app.page, /\w/).first().waitFor();
});

appTest('files are chosen with O, and the same ones again', async (app) => {
  for (let time = 1; time <= 2; time += 1) {
    const chooser = app.page.waitForEvent('filechooser');
    await app.page.keyboard.press('o');
    assert.equal((await chooser).isMultiple(), true);
    await (await chooser).setFiles([corpus(PLAIN), corpus('crewai.json.gz')]);
    await shows(app.page, '7 runs');
    assert.equal((await ask(app.page, 'summary')).duplicate_spans, 0);
    await app.page.getByRole('button', { name: 'Spanlight: open files' }).click();
    await heading(app.page, 'Drop traces').waitFor();
  }
});

appTest('a folder is chosen', async (app) => {
  const file = app.write({ name: 'chosen/a.json', data: otlp([span(), span({ trace: 2 })]) });
  const chooser = app.page.waitForEvent('filechooser');
  await app.page.getByRole('button', { name: 'Choose folder' }).click();
  await (await chooser).setFiles(dirname(file));
  await shows(app.page, '2 runs');
  assert.equal((await ask(app.page, 'summary')).sources[0].name, 'chosen/a.json');
});

appTest('text is pasted with the keyboard and with the button', async (app) => {
  await app.page.evaluate((data) => navigator.clipboard.writeText(data), otlp([span(), span({ trace: 2 })]));
  await app.page.keyboard.press('Control+v');
  await shows(app.page, '2 runs');
  await app.page.evaluate((data) => navigator.clipboard.writeText(data), otlp([span({ trace: 3 }), span({ trace: 4 }), span({ trace: 5 })]));
  await app.page.getByRole('button', { name: 'Spanlight: open files' }).click();
  await app.page.getByRole('button', { name: /^Paste Ctrl/ }).click();
  await shows(app.page, '3 runs');
  // Over a document, a paste adds to it.
  await app.page.evaluate((data) => navigator.clipboard.writeText(data), otlp([span({ trace: 6 })]));
  await app.page.keyboard.press('Control+v');
  await shows(app.page, '4 runs');
  assert.equal((await ask(app.page, 'summary')).sources[0].name, 'pasted text');
});

appTest('text pasted into a field stays there', async (app) => {
  await app.page.evaluate((data) => navigator.clipboard.writeText(data), '{"resourceSpans":[]}');
  const field = app.page.getByRole('textbox', { name: 'Fetch from a URL' });
  await field.focus();
  await app.page.keyboard.press('Control+v');
  await eventually(() => field.inputValue(), '{"resourceSpans":[]}');
  await app.page.getByRole('button', { name: 'Fetch' }).click();
  await app.page.getByText('Expected an address that begins with').waitFor();
});

appTest('a pasted address is fetched only after a confirmation', async (app) => {
  const url = `${app.url}samples/${PLAIN}`;
  const asked = [];
  app.page.on('request', (request) => asked.push(request.url()));
  await app.page.evaluate((data) => navigator.clipboard.writeText(data), url);
  await app.page.keyboard.press('Control+v');
  await app.told('This is an address');
  await settled(app.page);
  assert.ok(!asked.includes(url));
  await app.page.locator('.toasts').getByRole('button', { name: 'Fetch' }).click();
  await shows(app.page, '6 runs');
  await eventually(() => asked, () => asked.includes(url));
});

appTest('every sample opens and holds what it promises', async (app, t) => {
  const samples = app.page.getByRole('region', { name: 'Samples' }).getByRole('button');
  const titles = await eventually(() => samples.allTextContents(), (found) => found.length >= 5);
  for (const [at, title] of titles.entries()) {
    await t.test(title, async () => {
      const [, runs, count] = /(\d+) runs?, (\d+) spans?$/.exec(title).map(Number);
      await samples.nth(at).click();
      await app.page.waitForURL(/#sample=/);
      await app.page.getByRole('main').locator('[role=grid], [role=treegrid]').first().waitFor();
      await eventually(async () => {
        const { traces, spans } = await ask(app.page, 'summary');
        return [traces, spans];
      }, [runs, count]);
      await app.page.getByRole('button', { name: 'Spanlight: open files' }).click();
      await samples.first().waitFor();
    });
  }
  // What was opened stands among the recent, and opens again.
  const recent = app.page.getByRole('region', { name: 'Recent' });
  await recent.getByRole('button', { name: /plain-multi-process\.jsonl/ }).click();
  await shows(app.page, '6 runs');
});

appTest('an address is fetched', async (app) => {
  await app.page.getByRole('textbox', { name: 'Fetch from a URL' }).fill(`${app.url}samples/${PLAIN}`);
  await app.page.keyboard.press('Enter');
  await shows(app.page, '6 runs');
  await eventually(() => decodeURIComponent(app.page.url()), /#url=http.*samples\/plain-multi-process\.jsonl/);
});

appTest('an address that does not answer is told and changes nothing', async (app) => {
  app.expectProblem(/404/);
  await open(app.page, [corpus(PLAIN)]);
  await app.page.getByRole('button', { name: 'Spanlight: open files' }).click();
  await app.page.getByRole('textbox', { name: 'Fetch from a URL' }).fill(`${app.url}nothing-here.json`);
  await app.page.getByRole('button', { name: 'Fetch' }).click();
  const alert = app.page.getByRole('alert').filter({ hasText: 'Nothing was fetched' });
  await says(alert, /404.*nothing-here\.json/s);
  await settled(app.page);
  assert.equal((await ask(app.page, 'summary')).spans, 62);
});

appTest('files are added to the open document, by drop and by menu', async (app) => {
  const part = (name) => corpus(`fixture-otelgui-sample-trace-ecommerce-${name}.json`);
  await app.drop([part('part2')]);
  const orphans = async () => (await ask(app.page, 'summary')).orphans;
  await eventually(orphans, 4);
  await app.page.locator('[role=treegrid] [data-span-id]').nth(3).waitFor({ state: 'attached' });
  await app.drop([part('part1')]);
  await app.page.locator('[role=treegrid] [data-span-id]').nth(10).waitFor({ state: 'attached' });
  await eventually(orphans, 0);
  await eventually(() => app.page.locator('[role=treegrid] [aria-level="1"]').count(), 1);
  const chooser = app.page.waitForEvent('filechooser');
  await choose(app.page, 'Add files');
  await (await chooser).setFiles(corpus(PLAIN));
  await holds(app.page, 73);
});

appTest('adding files keeps the open run and the selected span', async (app) => {
  await app.drop([corpus('crewai.json.gz')]);
  await app.page.locator('[role=treegrid] [data-span-id]').first().waitFor({ state: 'attached' });
  const [run] = await ask(app.page, 'runs');
  const target = (await ask(app.page, 'spans', run.trace_id)).at(-1);
  await ask(app.page, 'select', { trace: run.trace_id, span: target.span_id });
  await app.drop([corpus(PLAIN)]);
  await holds(app.page, 74);
  await app.page.locator(`[role=treegrid] [data-span-id="${target.span_id}"][aria-selected=true]`).waitFor({ state: 'attached' });
});

appTest('a big file shows runs and progress while it loads, and can be cancelled', async (app) => {
  const path = generated({ spans: 56_000 });
  await open(app.page, [corpus(PLAIN)]);
  await app.page.evaluate(() => {
    window.told = [];
    new MutationObserver(() => {
      const text = document.querySelector('header .work .ellipsis')?.textContent;
      if (text && text !== window.told.at(-1)) window.told.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await app.drop(endless(path));
  const cancel = app.page.getByRole('button', { name: 'Cancel' });
  await cancel.waitFor();
  const told = () => app.page.evaluate(() => window.told);
  await eventually(told, (all) => all.filter((text) => /, [\d,]+ spans$/.test(text)).length >= 2);
  const size = { KB: 1e3, MB: 1e6, GB: 1e9 };
  const done = (all) => all.map((text) => /([\d.]+)(?: (KB|MB|GB))? of [\d.]+ (KB|MB|GB)/.exec(text)).filter(Boolean)
    .map(([, done, unit, unitOfAll]) => Number(done) * size[unit ?? unitOfAll]);
  await eventually(async () => done(await told()), (bytes) => bytes.at(-1) > bytes[0]);
  await cancel.click();
  await cancel.waitFor({ state: 'detached' });
  const bytes = done(await told());
  assert.deepEqual(bytes, bytes.toSorted((a, b) => a - b));
  await eventually(async () => {
    const { spans, files } = await ask(app.page, 'summary');
    return [spans, files];
  }, [62, 1]);
  await shows(app.page, '6 runs');
  // Nothing of it lingers: the next opening works.
  await open(app.page, [corpus('crewai.json.gz')]);
  await holds(app.page, 12);
});

appTest('the first runs are listed while the first file is being read', async (app) => {
  const path = generated({ spans: 56_000 });
  await app.drop(endless(path));
  const busy = app.page.locator('[role=grid][aria-busy=true]');
  await busy.getByRole('row').first().waitFor();
  await shows(app.page, /^[\d,]+ runs? so far$/);
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await heading(app.page, 'Drop traces anywhere on this page').waitFor();
});

appTest('a big file opens whole', async (app) => {
  const path = generated({ spans: 56_000 });
  await app.drop([path]);
  await shows(app.page, '560 runs');
  const summary = await ask(app.page, 'summary');
  assert.deepEqual([summary.spans, summary.traces, summary.roots, summary.orphans], [56_000, 560, 560, 0]);
});

/** In the worker, before it begins: the 40th read into memory of ours never comes back. */
const STANDSTILL = `
const { read } = ReadableStreamBYOBReader.prototype;
let reads = 0;
ReadableStreamBYOBReader.prototype.read = function (...memory) {
  reads += 1;
  if (reads !== 40) return read.apply(this, memory);
  console.info('a read stands still');
  return new Promise(() => {});
};
`;

appTest('where reading comes to a standstill the rest of the file is read in another way', async (app) => {
  const told = [];
  app.page.on('console', (message) => told.push(message.text()));
  await app.page.route(/worker_loader\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${STANDSTILL}${await response.text()}` });
  });
  await app.reload();
  await app.drop([generated({ spans: 56_000 })]);
  await shows(app.page, '560 runs');
  await eventually(() => told.includes('a read stands still'), true);
  const summary = await ask(app.page, 'summary');
  assert.deepEqual([summary.spans, summary.traces, summary.duplicate_spans], [56_000, 560, 0]);
});

appTest('the import report says what was read of each file and what to know', async (app) => {
  await app.drop([corpus('mlflow-langgraph.json'), corpus('dup-delivery-plain.jsonl'), corpus('fixture-otlp-logs.json'),
    { name: 'bad.txt', data: 'Dear all' }]);
  await shows(app.page, /\d+ runs/);
  await app.told('1 file was not read');
  await choose(app.page, 'Import report');
  await heading(app.page, /^Loaded 8 runs, 133 spans and 1 log record in /).waitFor();
  const main = app.page.getByRole('main');
  const row = (name) => main.getByRole('row').filter({ hasText: name });
  await says(row('mlflow-langgraph.json'), /OTLP.*359 KB.*79.*13 orphan/s);
  await says(row('dup-delivery-plain.jsonl'), /lines.*56\.4 KB.*58/s);
  await says(row('bad.txt'), /not read.*See why/s);
  const notes = main.getByRole('region', { name: 'What to know' });
  await says(notes.getByRole('listitem').filter({ hasText: 'Orphan spans' }), /mlflow-langgraph\.json.*13 spans/s);
  await says(notes.getByRole('listitem').filter({ hasText: 'Delivered twice' }), /dup-delivery-plain\.jsonl.*4 spans/s);
  await says(main.locator('dl'), /Spans in the files137/);
  await says(main.locator('dl'), /Duplicates merged\u22124/);
  await says(main.locator('dl'), /Spans kept133/);
  await main.getByRole('button', { name: 'Copy report' }).click();
  await app.told('Report copied');
  await eventually(() => app.page.evaluate(() => navigator.clipboard.readText()), /bad\.txt .*not read: expected/s);
  await row('bad.txt').getByRole('button', { name: 'See why' }).click();
  await heading(app.page, 'bad.txt was not read').waitFor();
  await app.page.getByRole('button', { name: 'Back to the open document' }).click();
  await runsTable(app.page).waitFor();
});

appTest('a file that is no trace: what was expected and found, where, and what was tried', async (app) => {
  await app.drop([{ name: 'broken.json', data: '{\n  "resourceSpans": [\n    {"scopeSpans": 42,\n  ]\n}\n' }]);
  const main = app.page.getByRole('main');
  await heading(app.page, 'broken.json was not read').waitFor();
  await says(main, /line \d+, column \d+, byte \d+/);
  await says(main, /expected/i);
  await says(main, /found/);
  await says(main.locator('pre'), /"scopeSpans": 42/);
  await main.getByRole('heading', { name: 'What to do' }).waitFor();
  await main.getByRole('button', { name: 'Copy error report' }).click();
  await app.told('Error report copied');
  const copied = await eventually(() => app.page.evaluate(() => navigator.clipboard.readText()), /broken\.json.*was not read/);
  assert.doesNotMatch(copied, /scopeSpans/);
});

appTest('other formats are named, with the reasons why each did not fit', async (app) => {
  await app.drop([corpus('fixture-jaeger-otlp-out.json')]);
  await heading(app.page, 'fixture-jaeger-otlp-out.json was not read').waitFor();
  const main = app.page.getByRole('main');
  await says(main, /found a Jaeger export/i);
  await main.getByRole('heading', { name: 'Formats tried' }).waitFor();
  const cells = () => main.getByRole('row').evaluateAll((rows) => rows.map((row) => row.querySelectorAll('td, [role=cell]').length));
  await eventually(cells, (counts) => counts.length >= 3 && counts.every((count) => count === 2));
});

appTest('of several files none of which is a trace each is explained', async (app) => {
  await app.drop([{ name: 'a.txt', data: 'one' }, { name: 'b.json', data: '[1, 2]' }]);
  await heading(app.page, 'a.txt was not read').waitFor();
  await heading(app.page, 'b.json was not read').waitFor();
});

appTest('a file that is cut off shows what was before the cut', async (app) => {
  const whole = readFileSync(corpus('openinference-openai-agents.json'));
  await app.drop([{ name: 'cut.json', data: whole.subarray(0, whole.length * 0.6) }]);
  await runsTable(app.page).or(app.page.getByRole('treegrid')).waitFor();
  await eventually(() => ask(app.page, 'summary'), ({ spans }) => spans > 20 && spans < 76);
  await choose(app.page, 'Import report');
  await app.page.getByRole('main').getByText('Cut off', { exact: true }).waitFor();
  await says(app.page.getByRole('main'), /cut\.json, line \d/);
});

appTest('a readable file without spans says so instead of showing nothing', async (app) => {
  await app.drop([{ name: 'empty.json', data: '{}' }]);
  await heading(app.page, /^Loaded 0 runs/).waitFor();
  await app.page.getByRole('main').getByText('No spans', { exact: true }).waitFor();
});

appTest('a file that has changed since stays in the columns and says so in the details', async (app) => {
  const path = app.write({ name: 'changing.json', data: otlp([span({ name: 'root' }), span({ id: 2, parent: 1, name: 'child' })]) });
  await app.drop([path]);
  await app.page.locator('[role=treegrid] [data-span-id]').nth(1).waitFor({ state: 'attached' });
  app.write({ name: 'changing.json', data: 'something else that is longer than before'.repeat(100) });
  const [run] = await ask(app.page, 'runs');
  const whole = await ask(app.page, 'span', run.trace_id, (await ask(app.page, 'spans', run.trace_id))[1].span_id);
  assert.equal(whole.name, 'child');
  assert.match(whole.source_lost, /the file changed; drop it again/);
});
