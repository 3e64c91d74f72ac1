// Every file of the corpus in the built app: the counts are those of an independent program, whatever a file is called;
// formats that are not OTLP are refused by name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { appTest, corpus } from './harness.mjs';
import { ask, counts, open, tryOpen } from './script.mjs';

const expected = Object.values(JSON.parse(readFileSync(corpus('expected.json'), 'utf8')));

/** Files of other formats and what they are called. */
const FOREIGN = [
  [/^fixture-jaeger-(genai|otlp-out)\./, /jaeger/i],
  [/^fixture-zipkin-/, /zipkin/i],
  [/^fixture-(agentprism-)?langfuse-/, /langfuse/i],
  // Known to nobody else: its own words must do.
  [/^fixture-agenttrace-/, /an object with the keys run_id/],
];

const foreign = ({ file }) => FOREIGN.find(([name]) => name.test(file))?.[1];

appTest('every OTLP file has the counts expected, also under a meaningless name', async (app, t) => {
  const otlp = expected.filter((counted) => !foreign(counted));
  assert.ok(otlp.length >= 30, `only ${otlp.length} files`);
  for (const wanted of otlp) {
    for (const name of [wanted.file, 'x']) {
      await t.test(`${wanted.file} as ${name}`, async () => {
        const report = await open(app.page, [{ name, data: readFileSync(corpus(wanted.file)) }]);
        assert.deepEqual(counts(await ask(app.page, 'summary')), counts(wanted));
        assert.equal(report.spans, wanted.spans);
        assert.equal(report.traces, wanted.traces);
        assert.equal(report.files.length, 1);
        assert.equal(report.files[0].name, name);
        // Every record of the file, before duplicates are merged.
        assert.equal(report.files[0].spans, wanted.format_records);
        assert.equal(report.files[0].bytes, readFileSync(corpus(wanted.file)).length);
      });
    }
  }
});

appTest('files of other formats are refused by name, and what is open stays', async (app, t) => {
  await open(app.page, [corpus('crewai.json.gz')]);
  const before = await ask(app.page, 'summary');
  for (const { file } of expected.filter(foreign)) {
    await t.test(file, async () => {
      const { message, isError } = await tryOpen(app.page, [corpus(file)]);
      assert.ok(isError, 'it was opened');
      assert.match(message, foreign({ file }));
      assert.match(message, /expected OTLP JSON/i);
      assert.deepEqual(await ask(app.page, 'summary'), before);
    });
  }
});

appTest('spans of one document add up over its files, in any order', async (app) => {
  const parts = expected.filter((counted) => !foreign(counted) && !/fixture|dup-delivery|tempo/.test(counted.file));
  const sum = (name) => parts.reduce((total, part) => total + part[name], 0);
  await open(app.page, parts.map((part) => corpus(part.file)));
  const forward = counts(await ask(app.page, 'summary'));
  for (const name of ['traces', 'spans', 'roots', 'orphans', 'links', 'log_records', 'error_spans']) {
    assert.equal(forward[name], sum(name), name);
  }
  await open(app.page, parts.map((part) => corpus(part.file)).reverse());
  assert.deepEqual(counts(await ask(app.page, 'summary')), forward);
});
