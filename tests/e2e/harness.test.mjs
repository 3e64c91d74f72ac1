// What the harness promises: problems of every kind are seen, and files are dropped as a person drops them.

import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { eventually } from './eventually.mjs';
import { App, appTest } from './harness.mjs';

appTest('problems of every kind are collected', async (app) => {
  const cases = [
    [/console: made up/, () => console.error('made up')],
    [/page: .*thrown/s, () => { setTimeout(() => { throw new Error('thrown'); }); }],
    [/Refused to connect/, () => { fetch('https://elsewhere.example/').catch(() => {}); }],
    [/another origin: https:\/\/elsewhere\.example/, () => { open('https://elsewhere.example/'); }],
    [/answer 404: .*nothing-here/, () => { fetch('nothing-here').catch(() => {}); }],
    [/Content Security Policy/, () => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.head.append(script);
    }],
    [/console: said in a worker/, () => { new Worker('says.js'); }],
    [/thrown in a worker/, () => { new Worker('throws.js'); }],
    [/answer 404.*nowhere/, () => { new Worker('asks.js'); }],
  ];
  const scripts = {
    says: "console.error('said in a worker')",
    throws: "throw new Error('thrown in a worker')",
    asks: "fetch('nowhere').catch(() => {})",
  };
  await app.context.route(/(says|throws|asks)\.js$/, (route) => {
    const name = /(\w+)\.js$/.exec(route.request().url())[1];
    return route.fulfill({ contentType: 'text/javascript', body: scripts[name] });
  });
  app.expectProblem(/Failed to load resource.*nothing-here/);
  for (const [pattern, misbehave] of cases) {
    app.expectProblem(pattern);
    await app.page.evaluate(misbehave);
    await eventually(() => app.problems, (problems) => problems.some((problem) => pattern.test(problem)), String(pattern));
  }
  assert.equal(await app.page.evaluate(() => window.ran), undefined);
});

appTest('an unexpected problem fails the check', async (app) => {
  app.problems.push('made up');
  assert.throws(() => app.checkProblems());
  app.problems.pop();
  app.checkProblems();
  const other = new App();
  other.expectProblem(/never/);
  assert.throws(() => other.checkProblems());
});

appTest('files and folders are dropped', async (app) => {
  await app.page.evaluate(() => {
    window.dropped = new Promise((resolve) => {
      addEventListener('dragover', (event) => event.preventDefault(), true);
      addEventListener('drop', async (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry());
        const texts = await Promise.all([...event.dataTransfer.files].map((file) => file.text().catch(() => null)));
        resolve(entries.map((entry, at) => [entry.name, entry.isDirectory, texts[at]]));
      }, true);
    });
  });
  const inner = dirname(app.write({ name: 'inner/b.json', data: new Uint8Array([0x5b, 0x5d]) }));
  await app.drop([{ name: 'a.json', data: '{}' }, inner]);
  assert.deepEqual(await app.page.evaluate(() => window.dropped), [['a.json', false, '{}'], ['inner', true, null]]);
});
