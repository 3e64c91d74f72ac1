// Files that are damaged, enormous, absurd or meant to do harm: a clear message or a counted warning, a page that lives, and what was
// open before stays.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, truncateSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { eventually, LONG, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { EPOCH, otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, counts, kinds, open, tryOpen } from './script.mjs';

const expected = JSON.parse(readFileSync(corpus('expected.json'), 'utf8'));
const WRONG_GZIP = Buffer.concat([Buffer.from([0x1f, 0x8b]), randomBytes(4000)]);

/** What is open, but for the memory that it takes. */
const known = async (page) => ({ ...await ask(page, 'summary'), memory_bytes: 0 });

/** The page answers within a moment: it is not busy, and it paints. */
const lives = (page) => page.evaluate(() => new Promise((painted) => { requestAnimationFrame(() => painted(true)); }));

appTest('what is no trace is refused with what was expected and found', async (app, t) => {
  await open(app.page, [corpus('crewai.json.gz')]);
  const before = await known(app.page);
  const files = {
    empty: '',
    whitespace: ' \n\t\r\n  ',
    'a byte order mark alone': '\u{feff}',
    'binary data': Buffer.concat([Buffer.from([0, 1, 2, 3]), randomBytes(100_000)]),
    'a picture': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    'a web page': '<!doctype html><title>Log in</title>',
    prose: 'Meeting notes\n\n- nothing decided',
    'a number': '42',
    null: 'null',
    'a text': '"resourceSpans"',
    '200,000 brackets': '['.repeat(200_000),
    '200,000 brackets and their ends': '['.repeat(200_000) + ']'.repeat(200_000),
    '200,000 objects': '{"a":'.repeat(200_000),
    'a key without an end': `{"${'k'.repeat(100_000)}`,
    'backslashes without an end': `["${'\\'.repeat(99_999)}`,
    'wrong gzip': WRONG_GZIP,
    'the first bytes of gzip': Buffer.from([0x1f, 0x8b]),
    'wrong zstd': Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), randomBytes(4000)]),
    'UTF-16': Buffer.from('{"resourceSpans":[]}', 'utf16le'),
  };
  for (const [name, data] of Object.entries(files)) {
    await t.test(name, async () => {
      const { message, isError, report } = await tryOpen(app.page, [{ name: 'file', data }]);
      assert.ok(isError, `it was opened: ${JSON.stringify(report)}`);
      assert.match(message, /expected .+, found .+/i);
      assert.ok(message.length < 1000, 'the message repeats the file');
      assert.ok(await lives(app.page));
      await eventually(() => known(app.page), before);
    });
  }
});

appTest('deep nesting inside of a trace costs no more than itself', async (app, t) => {
  const deep = (depth) => '{"arrayValue":{"values":['.repeat(depth) + ']}}'.repeat(depth);
  const document = (value) => otlp([span({ attributes: [text('deep', 'HERE')] }), span({ id: 2, parent: 1 })])
    .replace('{"stringValue":"HERE"}', value);
  await t.test('an attribute of 200,000 levels', async () => {
    const report = await open(app.page, [{ name: 'deep.json', data: document(deep(200_000)) }]);
    assert.equal(report.spans, 2);
    const whole = await ask(app.page, 'span', traceId(1), spanId(1));
    assert.deepEqual([whole.name, whole.attributes.length], ['work', 1]);
    assert.ok(await lives(app.page));
  });
  await t.test('the spans themselves under 200,000 brackets', async () => {
    const data = `{"resourceSpans":${'['.repeat(200_000)}`;
    const { message, report } = await tryOpen(app.page, [{ name: 'deep.json', data }]);
    assert.ok(message || report.warnings.length > 0);
    assert.ok(await lives(app.page));
  });
});

appTest('strings that end in an escaped backslash, and other strings of the kind', async (app) => {
  const names = ['C:\\', '\\', '"', '\\"', '\\\\', 'a\\u0041', '\u0000\u001f', '😀\ud83d', '"]}]}]}', '日本語', '\u2028'];
  const spans = names.map((name, at) => span({ id: at + 1, ...(at && { parent: 1 }), name, attributes: [text(name, name)] }));
  await open(app.page, [{ name: 'strings.json', data: otlp(spans) }]);
  const read = await ask(app.page, 'spans', traceId(1));
  const byId = new Map(read.map((one) => [one.span_id, one.name]));
  for (const [at, name] of names.entries()) {
    // A lone surrogate has no UTF-8.
    const wanted = name.toWellFormed();
    assert.equal(byId.get(spanId(at + 1)), wanted);
    const [attribute] = (await ask(app.page, 'span', traceId(1), spanId(at + 1))).attributes;
    assert.deepEqual([attribute.key, attribute.value], [wanted, wanted]);
  }
});

appTest('a string of 30 MB is kept whole', async (app) => {
  const path = app.write({
    name: 'long.json', data: otlp([span({ attributes: [text('long', 'ab\\'.repeat(10_000_000))] }), span({ id: 2, parent: 1 })]),
  });
  await app.drop([path]);
  const row = app.page.locator('[role=treegrid] [data-span-id]');
  await row.first().waitFor({ state: 'attached', timeout: LONG });
  await eventually(() => row.count(), 2);
  const value = await app.page.evaluate(async ([trace, id]) => {
    const { attributes: [{ value }] } = await window.spanlight.span(trace, id);
    return [value.length, value.slice(0, 4), value.slice(-4)];
  }, [traceId(1), spanId(1)]);
  assert.deepEqual(value, [30_000_000, 'ab\\a', '\\ab\\']);
  // Selected, it is there at once and the page does not choke on it.
  await ask(app.page, 'select', { trace: traceId(1), span: spanId(1) });
  assert.ok(await lives(app.page));
});

appTest('damaged compression gives every span up to the damage', async (app, t) => {
  const lines = readFileSync(corpus('openinference-langgraph-anthropic.jsonl'));
  const all = expected['openinference-langgraph-anthropic.jsonl'];
  const half = lines.indexOf('\n', lines.length / 2) + 1;
  const [first, second] = [lines.subarray(0, half), lines.subarray(half)];
  await t.test('gzip of two members', async () => {
    const report = await open(app.page, [{ name: 'x', data: Buffer.concat([gzipSync(first), gzipSync(second)]) }]);
    await eventually(async () => counts(await ask(app.page, 'summary')), counts(all));
    assert.deepEqual(report.warnings, []);
  });
  await t.test('gzip of two members, spans across the seam', async () => {
    const [head, tail] = [lines.subarray(0, half - 500), lines.subarray(half - 500)];
    await open(app.page, [{ name: 'x', data: Buffer.concat([gzipSync(head), gzipSync(tail)]) }]);
    await eventually(async () => counts(await ask(app.page, 'summary')), counts(all));
  });
  await t.test('gzip that was cut', async () => {
    const packed = gzipSync(lines);
    const report = await open(app.page, [{ name: 'cut.gz', data: packed.subarray(0, packed.length * 0.7) }]);
    assert.ok(report.spans > all.spans * 0.4 && report.spans < all.spans, `${report.spans} spans`);
    assert.equal(kinds(report).damaged_compression, 1);
    // What is drawn can be read back.
    const [run] = await ask(app.page, 'runs', { sort: '-spans' });
    for (const brief of await ask(app.page, 'spans', run.trace_id)) {
      const whole = await ask(app.page, 'span', run.trace_id, brief.span_id);
      assert.deepEqual([whole.source_lost, JSON.parse(whole.raw).name], [null, brief.name]);
    }
  });
  await t.test('gzip with garbage after it', async () => {
    const report = await open(app.page, [{ name: 'x', data: Buffer.concat([gzipSync(lines), randomBytes(999)]) }]);
    assert.equal(report.spans, all.spans);
  });
  await t.test('a damaged second member', async () => {
    const packed = gzipSync(second);
    const middle = packed.length >> 1;
    packed.fill(0xff, middle, middle + 40);
    const report = await open(app.page, [{ name: 'x', data: Buffer.concat([gzipSync(first), packed]) }]);
    const spans = first.toString().match(/"spanId":"[0-9a-f]{16}"/g).length;
    assert.ok(report.spans >= spans && report.spans < all.spans, `${report.spans} spans of at least ${spans}`);
    assert.equal(kinds(report).damaged_compression, 1);
  });
  await t.test('zstd that was cut', async () => {
    const packed = readFileSync(corpus('smolagents.json.zst'));
    const report = await open(app.page, [{ name: 'x', data: packed.subarray(0, packed.length * 0.8) }]);
    assert.ok(report.spans > 0 && report.spans < 82, `${report.spans} spans`);
    assert.equal(kinds(report).damaged_compression, 1);
  });
  await t.test('zstd of two frames', async () => {
    const packed = readFileSync(corpus('smolagents.json.zst'));
    const report = await open(app.page, [{ name: 'x', data: Buffer.concat([packed, packed]) }]);
    assert.equal(report.files[0].spans, 164);
    await eventually(async () => (await ask(app.page, 'summary')).duplicate_spans, 82);
  });
});

appTest('a text cut anywhere gives every span up to the cut', async (app) => {
  const data = gunzipSync(readFileSync(corpus('crewai.json.gz')));
  let spans = -1;
  for (let part = 1; part < 20; part += 1) {
    const cut = data.subarray(0, Math.floor((data.length * part) / 20));
    const { report } = await tryOpen(app.page, [{ name: 'cut.json', data: cut }]);
    if (!report) continue;
    assert.ok(report.spans >= spans && report.spans < 12, `${report.spans} spans after ${spans}`);
    assert.ok(report.warnings.some(({ kind }) => kind === 'truncated'), JSON.stringify(report.warnings));
    spans = report.spans;
  }
  assert.ok(spans >= 9, `only ${spans} spans`);
});

appTest('cycles keep every span and are said', async (app) => {
  const spans = [
    span({ id: 1, parent: 3 }), span({ id: 2, parent: 1, start: 1 }), span({ id: 3, parent: 2, start: 2 }),
    span({ trace: 2, id: 9, parent: 9 }),
  ];
  const report = await open(app.page, [{ name: 'cycles.json', data: otlp(spans) }]);
  assert.equal(report.spans, 4);
  assert.equal(kinds(report).cycle, 2);
  await eventually(async () => (await ask(app.page, 'spans', traceId(1))).length, 3);
  await eventually(async () => (await ask(app.page, 'spans', traceId(2))).length, 1);
  await ask(app.page, 'select', { trace: traceId(1) });
  const first = app.page.locator('[role=treegrid] [data-span-id]').first();
  await first.waitFor({ state: 'attached' });
  await eventually(() => app.page.locator('[role=treegrid] [data-span-id]').count(), 3);
  await eventually(() => first.getAttribute('aria-label'), /cycle/);
});

appTest('odd times are kept, drawn and counted', async (app) => {
  const at = (offset) => String(EPOCH + BigInt(offset));
  const spans = [
    span({ id: 1, name: 'root', length: 1000 }),
    span({ id: 2, parent: 1, name: 'backwards', start: 900, length: -500 }),
    span({ id: 3, parent: 1, name: 'beyond', endTimeUnixNano: '18446744073709551615' }),
    span({ id: 4, parent: 1, name: 'far beyond', startTimeUnixNano: '99999999999999999999999999', endTimeUnixNano: at(1) }),
    span({ id: 5, parent: 1, name: 'negative', startTimeUnixNano: '-5', endTimeUnixNano: at(7) }),
    span({ id: 6, parent: 1, name: 'zero', startTimeUnixNano: '0', endTimeUnixNano: '0' }),
    span({ id: 7, parent: 1, name: 'no end', endTimeUnixNano: undefined }),
    span({ id: 8, parent: 1, name: 'no times', startTimeUnixNano: undefined, endTimeUnixNano: undefined }),
    span({ id: 9, parent: 1, name: 'a number', startTimeUnixNano: 1.5e18, endTimeUnixNano: 1_500_000_000_000_000_000 }),
    span({ id: 10, parent: 1, name: 'an instant', length: 0 }),
    span({ id: 11, parent: 1, name: 'early', start: -100, length: 50 }),
  ];
  const report = await open(app.page, [{ name: 'times.json', data: otlp(spans) }]);
  assert.equal(report.spans, 11);
  const warned = kinds(report);
  assert.ok(warned.ends_before_start >= 1 && warned.out_of_range >= 2 && warned.missing_end >= 1, JSON.stringify(warned));
  const read = await ask(app.page, 'spans', traceId(1));
  assert.equal(read.length, 11);
  for (const one of read) assert.match(one.start_ns, /^-?\d{1,19}$/);
  await app.page.locator('[role=treegrid] [data-span-id]').nth(10).waitFor({ state: 'attached' });
  for (const key of ['w', 'w', 'd', 's', '0']) await app.page.keyboard.press(key);
  assert.ok(await lives(app.page));
  await app.screenshot('hostile-times');
});

appTest('wrong types everywhere are counted warnings', async (app) => {
  const wrong = [42, 'x', true, null, [], {}, [[1]], { a: { b: [] } }, -1.5e300];
  const fields = ['traceId', 'spanId', 'parentSpanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano', 'attributes',
    'events', 'links', 'status', 'flags', 'traceState', 'droppedAttributesCount'];
  const spans = fields.flatMap((field, at) => wrong.map((value, which) => (
    span({ trace: 7, id: 1000 + at * 100 + which, [field]: value }))));
  const inner = [
    { attributes: [5, null, { key: 5, value: { stringValue: 'x' } }, { key: 'k' }, { key: 'k', value: 5 }, { value: {} }] },
    { attributes: [{ key: 'k', value: { intValue: 'many' } }, { key: 'k', value: { boolValue: 'yes' } }] },
    { attributes: [{ key: 'k', value: { arrayValue: 5 } }, { key: 'k', value: { kvlistValue: { values: 'x' } } }] },
    { events: [5, null, { name: 5, timeUnixNano: {} }, { attributes: 'x' }] },
    { links: [5, {}, { traceId: 5, spanId: [] }] },
    { status: { code: 'MANY', message: 5 } },
    { status: { code: 99 } },
  ].map((rest, at) => span({ trace: 8, id: at + 1, ...rest }));
  const data = JSON.stringify({
    resourceSpans: [
      ...JSON.parse(otlp([...spans, ...inner])).resourceSpans,
      5, null, 'x', { resource: 5, scopeSpans: 'x' }, { resource: { attributes: { a: 1 } }, scopeSpans: [5, { spans: {} }] },
      { scopeSpans: [{ scope: [], spans: [null, 'x', 5, [], {}] }] },
    ],
    resourceLogs: 'none',
  });
  const report = await open(app.page, [{ name: 'wrong.json', data }]);
  assert.ok(report.spans >= spans.length - 20, `${report.spans} of ${spans.length + inner.length} spans`);
  assert.ok(kinds(report).wrong_type > 50, JSON.stringify(kinds(report)));
  for (const { example } of report.warnings) assert.match(example, /\w+ \w+ \w+/);
  // Every span can be drawn and looked at.
  for (const run of await ask(app.page, 'runs', { limit: 1000 })) {
    for (const { span_id: id } of (await ask(app.page, 'spans', run.trace_id)).slice(0, 40)) {
      if (id) await ask(app.page, 'span', run.trace_id, id);
    }
  }
  await ask(app.page, 'select', { trace: traceId(8), span: spanId(1) });
  assert.ok(await lives(app.page));
});

appTest('text that looks like HTML stays text', async (app) => {
  const evil = (name) => `<img src=x onerror="window.ran='${name}'"><script>window.ran='${name}'</script><b>${name}</b>`;
  app.context.on('dialog', () => app.problems.push('a dialog opened'));
  const hostile = span({
    name: evil('name'), traceState: evil('state'), status: { code: 2, message: evil('status') },
    attributes: [text(evil('key'), evil('value')), text('url', 'javascript:window.ran=1'), text('json', `{"a":"${'<b>b</b>'}"}`)],
    events: [{
      name: evil('event'), timeUnixNano: String(EPOCH),
      attributes: [text('exception.type', evil('type')), text('exception.message', evil('m')), text('exception.stacktrace', evil('s'))],
    }],
    links: [{ traceId: evil('trace'), spanId: evil('span'), attributes: [text('l', evil('link'))] }],
  });
  const other = span({ trace: 2, id: 2, traceId: evil('id'), spanId: evil('id'), name: evil('other') });
  const name = '<img src=x onerror=window.ran=1>.json';
  const markup = () => app.page.evaluate(() => ({
    ran: window.ran, elements: document.querySelectorAll('main img, main script, main b b, .toasts img, header img').length,
  }));
  const harmless = async (place) => {
    await settled(app.page);
    assert.deepEqual(await markup(), { ran: undefined, elements: 0 }, place);
  };

  await open(app.page, [{ name, data: otlp([hostile, other], evil('service')) }, { name: evil('file').replaceAll('/', '_'), data: '<b>' }]);
  await app.page.getByRole('grid').getByText(evil('name'), { exact: true }).waitFor();
  await harmless('runs');
  await ask(app.page, 'select', { trace: traceId(1), span: spanId(1) });
  const row = app.page.locator(`[role=treegrid] [data-span-id="${spanId(1)}"]`);
  await row.waitFor({ state: 'attached' });
  await eventually(() => row.getAttribute('aria-label'), (label) => label.startsWith(evil('name')));
  await app.page.getByText(evil('status')).first().waitFor();
  await harmless('waterfall and inspector');
  await app.page.mouse.move(700, 200);
  await app.page.locator('#search').fill('<img src=x onerror="window.ran=2">');
  await app.page.getByRole('search').getByRole('status').getByText('No hits').waitFor();
  await harmless('search');
  await app.page.keyboard.press('Escape');
  await app.page.goto(`${app.url}#file=${encodeURIComponent('<b>x</b>')}!5!00&filter=%3Cb%3E&find=%3Cimg%20src%3Dx%3E&trace=%3Cb%3E`);
  await app.page.reload();
  await app.page.getByText('This link needs <b>x</b>').waitFor();
  await harmless('link');
  await app.drop([{ name: '<b>bad<b>.json', data: evil('content') }]);
  await app.page.getByRole('heading', { name: '<b>bad<b>.json was not read' }).waitFor();
  await harmless('error page');
});

appTest('two gigabytes of zeros are refused at once', async (app) => {
  await open(app.page, [corpus('crewai.json.gz')]);
  const before = await known(app.page);
  const path = app.write({ name: 'zeros.json', data: '' });
  truncateSync(path, 2 ** 31);
  const chooser = app.page.waitForEvent('filechooser');
  await app.page.keyboard.press('o');
  await (await chooser).setFiles(path);
  await app.page.getByRole('heading', { name: 'zeros.json was not read' }).waitFor({ timeout: LONG });
  assert.ok(await lives(app.page));
  await eventually(() => app.page.getByRole('main').textContent(), /expected .*found .*binary/is);
  await eventually(() => known(app.page), before);
  await app.page.getByRole('button', { name: /^Back to/ }).click();
  await app.page.locator('[role=treegrid] [data-span-id]').first().waitFor({ state: 'attached' });
});

appTest('two gigabytes of zeros after a trace do not hide it', async (app) => {
  const path = app.write({ name: 'then-zeros.json', data: otlp([span(), span({ id: 2, parent: 1 })]) });
  truncateSync(path, 2 ** 31);
  const chooser = app.page.waitForEvent('filechooser');
  await app.page.keyboard.press('o');
  await (await chooser).setFiles(path);
  await app.page.locator('[role=treegrid] [data-span-id]').first().waitFor({ state: 'attached', timeout: LONG });
  const summary = await ask(app.page, 'summary');
  assert.equal(summary.spans, 2);
});
