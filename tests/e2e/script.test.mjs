// window.spanlight: every function, every kind of source, and that a failure leaves the document alone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { EPOCH, otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, counts, kinds, open, tryOpen } from './script.mjs';

const expected = JSON.parse(readFileSync(corpus('expected.json'), 'utf8'));
const PLAIN = 'plain-multi-process.jsonl';
const DECIMAL = /^-?\d+$/;

/** Evaluates in the page, where `attempt(promise)` makes `{message, isError}` of a rejection. */
async function evaluate(page, work, input) {
  await page.evaluate(async () => {
    await window.spanlight.ready;
    window.attempt = (promise) => promise.catch((error) => ({ message: error.message, isError: error instanceof Error }));
  });
  return page.evaluate(work, input);
}

appTest('it is there at once, and every function returns a promise', async (app) => {
  const shape = await app.page.evaluate(async () => {
    const { ready, version } = window.spanlight;
    const names = Object.keys(window.spanlight).sort();
    await ready;
    const calls = names.filter((name) => typeof window.spanlight[name] === 'function');
    const promises = calls.map((name) => {
      const answer = window.spanlight[name]();
      answer.catch?.(() => {});
      return answer instanceof Promise;
    });
    return { version, ready: ready instanceof Promise, calls, promises };
  });
  assert.match(shape.version, /^\d+\.\d+\.\d+/);
  assert.ok(shape.ready);
  for (const name of ['open', 'close', 'summary', 'runs', 'spans', 'span', 'select', 'addEventListener']) {
    assert.ok(shape.calls.includes(name), `${name} is missing`);
  }
  assert.deepEqual(shape.promises, shape.calls.map(() => true));
});

appTest('what is asked before the app is loaded is answered when it is', async (app) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await app.context.route(/_bg\.wasm$/, async (route) => {
    await held;
    return route.continue();
  });
  const page = await app.newTab('', { ready: false });
  const opened = page.evaluate((data) => {
    window.before = window.spanlight;
    window.heard = [];
    window.spanlight.addEventListener('open', ({ detail }) => window.heard.push(detail.spans));
    return window.spanlight.open([{ name: 'early.json', data }]);
  }, otlp([span(), span({ id: 2, parent: 1 })]));
  await page.waitForFunction(() => window.before);
  release();
  assert.equal((await opened).spans, 2);
  await eventually(() => page.evaluate(async () => [
    window.heard, window.before === window.spanlight, window.before.version === window.spanlight.version,
    (await window.before.summary()).spans,
  ]), [[2], false, true, 2]);
});

appTest('what is dropped before the app is loaded is opened when it is', async (app) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await app.context.route(/_bg\.wasm$/, async (route) => {
    await held;
    return route.continue();
  });
  const page = await app.newTab('', { ready: false });
  await app.drop([corpus('crewai.json.gz'), corpus(PLAIN)], { page });
  release();
  await page.getByRole('status').getByText('7 runs', { exact: true }).waitFor();
});

appTest('reports, summaries, runs and spans have the documented shapes', async (app) => {
  const report = await open(app.page, [corpus(PLAIN)]);
  assert.deepEqual([report.traces, report.spans, report.warnings], [6, 62, []]);
  assert.equal(report.files.length, 1);
  const [file] = report.files;
  assert.deepEqual([file.name, file.bytes, file.spans, file.warnings], [PLAIN, 58_432, 62, []]);
  assert.match(file.format, /OTLP/);

  const summary = await ask(app.page, 'summary');
  assert.equal(summary.files, 1);
  assert.deepEqual(counts(summary), counts(expected[PLAIN]));

  const runs = await ask(app.page, 'runs');
  assert.equal(runs.length, 6);
  for (const run of runs) {
    assert.match(run.trace_id, /^[0-9a-f]{32}$/);
    assert.match(run.start_ns, DECIMAL);
    assert.match(run.duration_ns, DECIMAL);
    assert.equal(typeof run.root_name, 'string');
    assert.equal(typeof run.errors, 'number');
  }
  assert.equal(runs.reduce((sum, run) => sum + run.spans, 0), 62);
  assert.equal(runs.reduce((sum, run) => sum + run.errors, 0), 4);

  const spans = (await Promise.all(runs.map((run) => ask(app.page, 'spans', run.trace_id)))).flat();
  assert.equal(spans.length, 62);
  assert.equal(new Set(spans.map((one) => one.span_id)).size, 62);
  const links = [];
  for (const brief of spans) {
    const whole = await ask(app.page, 'span', brief.trace_id, brief.span_id);
    for (const name of ['trace_id', 'span_id', 'parent_span_id', 'name', 'kind', 'status', 'start_ns', 'duration_ns']) {
      assert.equal(whole[name], brief[name], name);
    }
    assert.match(whole.start_ns, DECIMAL);
    assert.equal(BigInt(whole.end_ns) - BigInt(whole.start_ns), BigInt(whole.duration_ns));
    assert.equal(JSON.parse(whole.raw).spanId, brief.span_id);
    assert.equal(JSON.parse(whole.raw).attributes.length, whole.attributes.length);
    links.push(...whole.links);
  }
  assert.equal(links.length, 2);
});

appTest('64-bit integers are exact', async (app) => {
  const start = '9007199254740993', end = '9223372036854775807';
  const exact = span({
    startTimeUnixNano: start, endTimeUnixNano: end,
    attributes: [{ key: 'big', value: { intValue: '9007199254740993' } }, { key: 'small', value: { intValue: -5 } }],
  });
  await open(app.page, [{ name: 'big.json', data: otlp([exact]) }]);
  const whole = await ask(app.page, 'span', traceId(1), spanId(1));
  assert.deepEqual([whole.start_ns, whole.end_ns], [start, end]);
  assert.equal(whole.duration_ns, String(BigInt(end) - BigInt(start)));
  assert.deepEqual(whole.attributes.map(({ key, value }) => [key, value]), [['big', '9007199254740993'], ['small', '-5']]);
  const { earliest_ns, latest_ns } = await ask(app.page, 'summary');
  assert.deepEqual([earliest_ns, latest_ns], [start, end]);
});

appTest('a span comes with events, exception, resource, scope and logs', async (app) => {
  const failing = span({
    id: 2, parent: 1, name: 'fails', status: { code: 2, message: 'no luck' },
    attributes: [text('a', 'b'), { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }] } } }],
    events: [{
      name: 'exception', timeUnixNano: String(EPOCH + 5n),
      attributes: [text('exception.type', 'KeyError'), text('exception.message', 'x'), text('exception.stacktrace', 'at f')],
    }],
  });
  const log = {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{
      timeUnixNano: String(EPOCH + 7n), severityNumber: 9, severityText: 'INFO', body: { stringValue: 'said' },
      traceId: traceId(1), spanId: spanId(2),
    }] }] }],
  };
  await open(app.page, [
    { name: 'spans.json', data: otlp([span({ name: 'root' }), failing], 'desk') },
    { name: 'logs.json', data: JSON.stringify(log) },
  ]);
  const whole = await ask(app.page, 'span', traceId(1), spanId(2));
  assert.deepEqual([whole.status, whole.status_message, whole.service], ['error', 'no luck', 'desk']);
  assert.deepEqual([whole.scope.name, whole.scope.version], ['scenario', '1']);
  assert.deepEqual(whole.resource.map(({ key, value }) => [key, value]), [['service.name', 'desk']]);
  assert.deepEqual(whole.attributes.map(({ type }) => type), ['string', 'array']);
  const [event] = whole.events;
  assert.deepEqual([event.name, event.time_ns], ['exception', String(EPOCH + 5n)]);
  assert.deepEqual(event.exception, { type: 'KeyError', message: 'x', stacktrace: 'at f' });
  assert.deepEqual(whole.logs.map((record) => [record.body, record.severity_text]), [['said', 'INFO']]);
  await eventually(async () => (await ask(app.page, 'summary')).log_records, 1);
});

appTest('every kind of source is opened', async (app, t) => {
  const data = gunzipSync(readFileSync(corpus('crewai.json.gz'))).toString();
  const kindsOfSource = {
    File: (data) => attempt(spanlight.open([new File([data], 'a.json')])),
    Blob: (data) => attempt(spanlight.open([new Blob([data])])),
    ArrayBuffer: (data) => attempt(spanlight.open([new TextEncoder().encode(data).buffer])),
    Uint8Array: (data) => attempt(spanlight.open([new TextEncoder().encode(data)])),
    'a part of a buffer': (data) => {
      const bytes = new TextEncoder().encode(`xxxx${data}xxxx`);
      return attempt(spanlight.open([bytes.subarray(4, bytes.length - 4)]));
    },
    'text with a name': (data) => attempt(spanlight.open([{ name: 'n.json', data }])),
    'a Blob with a name': (data) => attempt(spanlight.open([{ name: 'n.json', data: new Blob([data]) }])),
    'bytes with a name': (data) => attempt(spanlight.open([{ name: 'n.json', data: new TextEncoder().encode(data) }])),
  };
  for (const [kind, work] of Object.entries(kindsOfSource)) {
    await t.test(kind, async () => {
      const report = await evaluate(app.page, work, data);
      assert.deepEqual([report.message, report.spans], [undefined, 12]);
      await eventually(async () => counts(await ask(app.page, 'summary')), counts(expected['crewai.json.gz']));
      const name = /with a name/.test(kind) ? 'n.json' : report.files[0].name;
      assert.equal(report.files[0].name, name);
      // Details are read back from whatever it was.
      const [run] = await ask(app.page, 'runs');
      const [root] = await ask(app.page, 'spans', run.trace_id);
      await eventually(async () => JSON.parse((await ask(app.page, 'span', run.trace_id, root.span_id)).raw).name, root.name);
    });
  }
  await t.test('an address, relative to the page', async () => {
    const report = await evaluate(app.page, () => attempt(spanlight.open(['samples/plain-multi-process.jsonl'])));
    assert.deepEqual([report.message, report.spans], [undefined, 62]);
  });
  await t.test('an absolute address, and one with a name', async () => {
    const url = `${app.url}samples/plain-multi-process.jsonl`;
    const report = await ask(app.page, 'open', [url, { name: 'n', data: `${app.url}samples/vercel-ai-v5.json` }]);
    assert.deepEqual(report.files.map((file) => file.spans), [62, 35]);
    assert.equal(report.files[1].name, 'n');
  });
});

appTest('a failure rejects with an Error for a person and leaves the document untouched', async (app, t) => {
  app.expectProblem(/404/);
  await open(app.page, [corpus(PLAIN)]);
  const [before, runs] = [await ask(app.page, 'summary'), await ask(app.page, 'runs')];
  const failing = {
    'not JSON': () => attempt(spanlight.open([{ name: 'note.txt', data: 'Dear all, see below.' }])),
    'an empty list': () => attempt(spanlight.open([])),
    'a number': () => attempt(spanlight.open([42])),
    nothing: () => attempt(spanlight.open()),
    'an object without data': () => attempt(spanlight.open([{ name: 'a.json' }])),
    'an address without an answer': () => attempt(spanlight.open(['./nowhere.json'])),
    'another format': () => attempt(spanlight.open([{ name: 'b', data: '[{"traceId":"1","id":"2"}]' }])),
    'a failing append': () => attempt(spanlight.open([{ name: 'b', data: 'no' }], { append: true })),
    'a trace that is not there': () => attempt(spanlight.spans('00')),
    'a span that is not there': async () => {
      const [run] = await spanlight.runs();
      return attempt(spanlight.span(run.trace_id, '00'));
    },
    'a selection that is not there': () => attempt(spanlight.select({ trace: '00' })),
    'an order that is not there': () => attempt(spanlight.runs({ sort: 'taste' })),
    'an event that is not there': () => attempt(spanlight.addEventListener('rain', () => {})),
  };
  for (const [name, work] of Object.entries(failing)) {
    await t.test(name, async () => {
      const { message, isError } = await evaluate(app.page, work);
      assert.ok(isError, 'it did not reject with an Error');
      assert.match(message, /\w+ \w+ \w+/);
      assert.doesNotMatch(message, /JsValue|panicked|undefined$|\[object Object\]$/);
      await eventually(() => ask(app.page, 'summary'), before);
      await eventually(() => ask(app.page, 'runs'), runs);
    });
  }
});

appTest('a readable file without spans resolves with a warning', async (app, t) => {
  const files = {
    '{}': [{ name: 'empty.json', data: '{}' }],
    'no resource spans': [{ name: 'none.json', data: '{"resourceSpans":[]}' }],
    logs: [corpus('fixture-otlp-logs.json')],
  };
  for (const [name, sources] of Object.entries(files)) {
    await t.test(name, async () => {
      const report = await open(app.page, sources);
      assert.deepEqual([report.spans, report.traces], [0, 0]);
      assert.equal(kinds(report).no_spans, 1);
      const [warning] = report.warnings;
      assert.deepEqual(Object.keys(warning).sort(), ['count', 'example', 'file', 'kind']);
      assert.deepEqual(report.files[0].warnings, report.warnings);
      const summary = await ask(app.page, 'summary');
      assert.deepEqual([summary.spans, summary.traces, summary.earliest_ns], [0, 0, '0']);
      await eventually(() => ask(app.page, 'runs'), []);
    });
  }
});

appTest('good and bad sources together: the good are opened, the bad are named', async (app) => {
  const report = await open(app.page, [{ name: 'bad.txt', data: 'no trace at all' }, corpus(PLAIN)]);
  assert.deepEqual(report.files.map((file) => [file.name, file.spans]), [['bad.txt', 0], [PLAIN, 62]]);
  const warning = report.warnings.find(({ kind }) => kind === 'unreadable_file');
  assert.equal(warning.file, 'bad.txt');
  assert.match(warning.example, /expected OTLP JSON/);
});

appTest('appending merges: parents that come later end orphanhood', async (app) => {
  const part = (name) => corpus(`fixture-otelgui-sample-trace-${name}.json`);
  await open(app.page, [part('ecommerce-part2')]);
  await eventually(async () => (await ask(app.page, 'summary')).orphans, 4);
  const added = await open(app.page, [part('ecommerce-part1')], { append: true });
  assert.deepEqual([added.files.length, added.files[0].spans, added.spans], [1, 5, 11]);
  let summary = await ask(app.page, 'summary');
  assert.deepEqual(
    [summary.files, summary.traces, summary.spans, summary.roots, summary.orphans], [2, 1, 11, 1, 0]);

  const late = ['late-root-part1', 'late-root-part2', 'late-root-part3'].map(part);
  await open(app.page, [late[0]]);
  await open(app.page, [late[1]], { append: true });
  await eventually(async () => (await ask(app.page, 'summary')).roots, 0);
  await open(app.page, [late[2]], { append: true });
  summary = await ask(app.page, 'summary');
  assert.deepEqual([summary.files, summary.traces, summary.spans, summary.roots, summary.orphans], [3, 1, 9, 1, 0]);
  const oneByOne = counts(summary);
  // All at once, in another order: the same document.
  await open(app.page, [late[2], late[0], late[1]]);
  await eventually(async () => counts(await ask(app.page, 'summary')), oneByOne);

  // The same again: everything is a duplicate, the last copy counts.
  await open(app.page, late, { append: true });
  summary = await ask(app.page, 'summary');
  assert.deepEqual([summary.spans, summary.duplicate_spans], [9, 9]);
});

appTest('of duplicates the last copy wins, within a file and across files', async (app) => {
  const copy = (name) => span({ name });
  await open(app.page, [{ name: 'a', data: otlp([copy('first'), copy('second')]) }]);
  const name = async () => (await ask(app.page, 'spans', traceId(1))).map((one) => one.name);
  await eventually(() => name(), ['second']);
  await open(app.page, [{ name: 'b', data: otlp([copy('third')]) }], { append: true });
  await eventually(() => name(), ['third']);
  await eventually(async () => (await ask(app.page, 'summary')).duplicate_spans, 2);
  await eventually(async () => JSON.parse((await ask(app.page, 'span', traceId(1), spanId(1))).raw).name, 'third');
});

appTest('open resolves after real rows are painted', async (app) => {
  // Nobody is kept waiting for a page that does not paint; one that paints slowly is waited for here.
  await app.page.evaluate(() => {
    const plain = window.setTimeout;
    window.setTimeout = (work, milliseconds, ...input) => plain(work, milliseconds === 3000 ? 60_000 : milliseconds, ...input);
  });
  const seen = (files) => app.page.evaluate(async (files) => {
    await window.spanlight.ready;
    await window.spanlight.open(files);
    const canvas = document.querySelector('[role=treegrid] canvas');
    // Below the header: a bar, and words in the tree.
    const pixels = canvas?.getContext('2d').getImageData(0, 30, canvas.width, 40).data ?? [];
    return {
      runs: [...document.querySelectorAll('[role=grid] [role=row]')].map((row) => row.textContent).join(' '),
      colours: new Set(new Uint32Array(pixels.buffer ?? [])).size,
    };
  }, files);
  const several = await seen([{ name: 'p', data: readFileSync(corpus(PLAIN), 'utf8') }]);
  assert.equal(several.colours, 0);
  assert.match(several.runs, /agent\.run/);
  const single = await seen([{ name: 'one', data: otlp([span({ name: 'root' }), span({ id: 2, parent: 1 })]) }]);
  assert.equal(single.runs, '');
  assert.ok(single.colours > 10, `${single.colours} colours on the canvas`);
});

appTest('runs are sorted and paged', async (app) => {
  const spans = Array.from({ length: 250 }, (_, at) => span({
    trace: at + 1, id: at + 1, name: `run ${String((at * 37) % 250).padStart(3, '0')}`,
    start: at * 1000, length: 1 + ((at * 91) % 250), status: { code: at % 10 === 0 ? 2 : 0 },
  }));
  await open(app.page, [{ name: 'many.json', data: otlp(spans) }]);
  const runs = (options) => ask(app.page, 'runs', options);
  const byName = await runs({ sort: 'root_name', limit: 250 });
  assert.deepEqual(byName.map((run) => run.root_name), byName.map((run) => run.root_name).toSorted());
  assert.equal(byName.length, 250);
  await eventually(() => runs({ sort: 'root_name', offset: 100, limit: 7 }), byName.slice(100, 107));
  await eventually(() => runs({ sort: 'root_name', offset: 248, limit: 7 }), byName.slice(248));
  await eventually(() => runs({ offset: 250 }), []);
  const descending = (list, member) => list.every((run, at) => at === 0 || BigInt(run[member]) <= BigInt(list[at - 1][member]));
  for (const member of ['start_ns', 'duration_ns', 'spans', 'errors']) {
    assert.ok(descending(await runs({ sort: `-${member}`, limit: 250 }), member), member);
  }
  await eventually(async () => (await runs({ sort: '-errors', limit: 250 })).filter((run) => run.errors > 0).length, 25);
});

appTest('events tell what happens, whoever does it', async (app) => {
  await app.page.evaluate(async () => {
    await window.spanlight.ready;
    window.heard = [];
    for (const kind of ['open', 'select', 'error']) {
      await window.spanlight.addEventListener(kind, ({ type, detail }) => window.heard.push([type, detail]));
    }
  });
  const heard = (kind) => app.page.waitForFunction((kind) => {
    const at = window.heard.findIndex(([type]) => type === kind);
    return at >= 0 && window.heard.splice(0, at + 1).at(-1)[1];
  }, kind).then((handle) => handle.jsonValue());

  await app.drop([corpus('fixture-otelgui-sample-trace-ecommerce-part1.json')]);
  await eventually(async () => (await heard('open')).spans, 5);
  const [run] = await ask(app.page, 'runs');
  const [, second] = await ask(app.page, 'spans', run.trace_id);
  await app.page.evaluate(() => { window.heard.length = 0; });
  await ask(app.page, 'select', { trace: run.trace_id, span: second.span_id });
  await eventually(() => heard('select'), { trace: run.trace_id, span: second.span_id });
  await app.drop([{ name: 'no.txt', data: 'not a trace' }]);
  await eventually(async () => (await heard('error')).message, /expected OTLP JSON/i);
});

appTest('a listener that throws is reported and keeps nothing from working', async (app) => {
  app.expectProblem(/thrown by a listener/);
  await app.page.evaluate(async () => {
    await window.spanlight.ready;
    window.calls = 0;
    const count = () => { window.calls += 1; };
    await window.spanlight.addEventListener('open', () => { throw new Error('thrown by a listener'); });
    await window.spanlight.addEventListener('open', count);
    await window.spanlight.addEventListener('open', count);
  });
  await open(app.page, [corpus('crewai.json.gz')]);
  await app.page.waitForFunction(() => window.calls > 0);
  await settled(app.page);
  assert.equal(await app.page.evaluate(() => window.calls), 1);
});

appTest('select opens the run and marks the span', async (app) => {
  await open(app.page, [corpus(PLAIN)]);
  const runs = await ask(app.page, 'runs', { sort: '-spans' });
  const spans = await ask(app.page, 'spans', runs[0].trace_id);
  const target = spans.at(-1);
  await ask(app.page, 'select', { trace: runs[0].trace_id, span: target.span_id });
  await app.page.locator(`[role=treegrid] [data-span-id="${target.span_id}"][aria-selected=true]`).waitFor({ state: 'attached' });
  await app.page.waitForURL(new RegExp(`trace=${runs[0].trace_id}.*span=${target.span_id}`));
  await ask(app.page, 'select', { trace: runs[1].trace_id });
  const [root] = await ask(app.page, 'spans', runs[1].trace_id);
  await app.page.locator(`[role=treegrid] [data-span-id="${root.span_id}"]`).waitFor({ state: 'attached' });
  await eventually(() => app.page.locator('[role=treegrid] [aria-selected=true]').count(), 0);
});

appTest('closing forgets the document', async (app) => {
  await open(app.page, [corpus(PLAIN)]);
  await ask(app.page, 'close');
  await app.page.getByRole('button', { name: 'Choose files' }).waitFor();
  const summary = await evaluate(app.page, () => attempt(spanlight.summary()));
  assert.ok(summary.isError || summary.spans === 0);
  await open(app.page, [corpus('crewai.json.gz')]);
  await eventually(async () => (await ask(app.page, 'summary')).spans, 12);
});

appTest('openings asked for at once come one after the other, the last stays', async (app) => {
  const outcomes = await app.page.evaluate(async ([first, second]) => {
    await window.spanlight.ready;
    const settled = await Promise.allSettled([
      window.spanlight.open([{ name: 'first', data: first }]),
      window.spanlight.open([{ name: 'second', data: second }]),
    ]);
    return settled.map(({ status, value, reason }) => [status, value?.spans ?? reason?.message]);
  }, [otlp([span({ name: 'one' })]), otlp([span({ trace: 2 }), span({ trace: 2, id: 2, parent: 1 })])]);
  assert.deepEqual(outcomes[1], ['fulfilled', 2]);
  // The first may be overtaken; then it says so.
  assert.ok(outcomes[0][0] === 'fulfilled' || /stopped|took its place/.test(outcomes[0][1]), JSON.stringify(outcomes));
  const summary = await ask(app.page, 'summary');
  assert.equal(summary.spans, 2);
});

appTest('rejects what cannot be opened without opening anything', async (app) => {
  const { message, isError } = await tryOpen(app.page, [{ name: 'no.json', data: '42' }]);
  assert.ok(isError);
  assert.match(message, /expected .*found .*42/i);
  await eventually(async () => (await evaluate(app.page, () => attempt(spanlight.summary()))).spans ?? 0, 0);
});
