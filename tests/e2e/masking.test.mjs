// Secrets covered: on screen, in what is copied, in what scripts hear; by choice, and remembered.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, settled } from './eventually.mjs';
import { appTest } from './harness.mjs';
import { otlp, span, text } from './documents.mjs';
import { ask, open } from './script.mjs';

const KEY = 'sk-proj-Zm9vYmFyYmF6cXV4';
/** Each stands somewhere in the document below. */
const SECRETS = [KEY, 'ann.lee@mail.example.com', '4111 1111 1111 1111', '+49 30 1234567', 'hunter2hunter', 'CUST-4711', 'plainvalue9'];

/** In the clipboard until something is copied. */
const BEFORE = 'nothing has been copied yet';

const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content:
  `My key is ${KEY}, my mail ann.lee@mail.example.com, my card 4111 1111 1111 1111, call +49 30 1234567. {"password": "hunter2hunter"} CUST-4711` }] }]);

const secrets = () => otlp([
  span({ id: 1, name: `run ${KEY}`, length: 9000, attributes: [text('session.id', 'ann.lee@mail.example.com'), text('user.id', `CUST-4711`)] }),
  span({ id: 2, parent: 1, name: 'chat ann.lee@mail.example.com', start: 100, length: 5000, attributes: [
    text('gen_ai.operation.name', 'chat'), text('gen_ai.input.messages', messages), text('db.password', 'plainvalue9'),
    text('note', `${'long text '.repeat(3000)}${SECRETS.slice(0, 4).join(' ')}`),
  ], status: { code: 2, message: `refused ${KEY}` } }),
]);

/** What the page holds has no secrets, or soon: what is read aloud follows a moment later. */
const leaks = async (page, where) => {
  await settled(page, 200);
  await eventually(async () => {
    const seen = await page.evaluate(() => {
      const values = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
      return document.title + document.documentElement.outerHTML + values.join() + decodeURIComponent(location.href);
    });
    const around = (secret) => seen.slice(Math.max(0, seen.indexOf(secret) - 200), seen.indexOf(secret) + 40);
    return SECRETS.filter((secret) => seen.includes(secret)).map(around);
  }, [], where);
};

const mask = (page) => page.getByRole('button', { name: 'Cover secrets' });

appTest('no secret is on the page while they are covered', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'secrets.json', data: secrets() }]);
  const [run] = await ask(page, 'runs', {});
  assert.ok(run.root_name.includes(KEY), 'off by default');
  const spans = await ask(page, 'spans', run.trace_id);
  await ask(page, 'select', { trace: run.trace_id, span: spans[1].span_id });
  await page.locator('.inspector [role=tab]').first().waitFor();

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Covered as well: patterns, one a line').fill('CUST-[0-9]+\n(');
  await page.getByRole('button', { name: 'Covered', exact: true }).click();
  await page.getByText('line 2, column 1: ').waitFor();
  await page.getByLabel('Covered as well: patterns, one a line').fill('CUST-[0-9]+');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Secrets covered' }).waitFor();
  await page.locator('.headline h1', { hasText: '•••••' }).waitFor();
  await page.locator('.inspector', { hasText: '•••••' }).waitFor();
  // The pattern itself is the user's own and in no other place.
  const tabs = page.locator('.inspector [role=tab]');
  await settled(page);
  for (let at = 0; at < await tabs.count(); at += 1) {
    await tabs.nth(at).click();
    await leaks(page, `tab ${await tabs.nth(at).textContent()}`);
  }
  const heard = JSON.stringify([await ask(page, 'runs', {}), await ask(page, 'spans', run.trace_id),
    await ask(page, 'span', run.trace_id, spans[1].span_id), await ask(page, 'summary')]);
  assert.deepEqual(SECRETS.filter((secret) => heard.includes(secret)), [], 'scripts');

  await page.locator('#search').fill('chat');
  await page.getByRole('listbox', { name: 'Hits' }).getByRole('option').first().waitFor();
  await leaks(page, 'hits');
  await page.keyboard.press('Escape');
  const field = page.getByLabel(/^Filter by/).first();
  for (const typed of ['{ span.db.password = ', '{ session = ', '{ name = ', '{ span.user.id = ']) {
    await field.fill(typed);
    await leaks(page, typed);
  }
  await field.fill('');
  await page.keyboard.press('Escape');

  await page.getByRole('navigation', { name: 'Pages' }).getByText('Runs').click();
  await page.locator('#run-0', { hasText: '•••••' }).waitFor();
  await leaks(page, 'runs');

  // It is remembered, and what is opened next is covered from its first row on.
  await app.reload(page);
  await open(page, [{ name: 'secrets.json', data: secrets() }]);
  await page.locator('#run-0', { hasText: '•••••' }).waitFor();
  await leaks(page, 'opened again');
  await mask(page).click();
  await page.locator('#run-0', { hasText: KEY }).waitFor();
  await eventually(() => page.getByRole('button', { name: 'Secrets covered' }).count(), 0);
});

appTest('what is copied has no secrets', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'secrets.json', data: secrets() }]);
  await mask(page).click();
  await page.locator('.headline h1', { hasText: '•••••' }).waitFor();
  const [run] = await ask(page, 'runs', {});
  const spans = await ask(page, 'spans', run.trace_id);
  await ask(page, 'select', { trace: run.trace_id, span: spans[1].span_id });
  for (const tab of ['Attributes', 'Raw']) {
    await page.locator('.inspector').getByRole('tab', { name: tab }).click();
    const copies = page.locator('.inspector-panel').getByRole('button', { name: /copy/i });
    await copies.first().waitFor({ state: 'attached' });
    await settled(page);
    for (let at = 0; at < await copies.count(); at += 1) {
      await page.evaluate((before) => navigator.clipboard.writeText(before), BEFORE);
      await copies.nth(at).click({ force: true });
      const copied = await eventually(() => page.evaluate(() => navigator.clipboard.readText()), (text) => text !== BEFORE);
      const known = SECRETS.filter((secret) => secret !== 'CUST-4711' && copied.includes(secret));
      assert.deepEqual(known, [], `${tab} ${at}: ${copied.slice(0, 200)}`);
    }
  }
});

const orders = () => otlp([
  span({ id: 1, name: 'run', length: 9_000_000, attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', 'desk')] }),
  span({ id: 2, parent: 1, name: 'order CUST-4711', start: 100, length: 5_000_000, attributes: [
    text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', 'order CUST-4711'),
    text('gen_ai.tool.call.arguments', '{"customer": "CUST-4711", "site": "Plant North"}')] }),
]);

appTest('patterns of the user are applied as they are typed, and hold in copies and files', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'orders.json', data: orders() }]);
  const [run] = await ask(page, 'runs', {});
  const spans = await ask(page, 'spans', run.trace_id);
  await ask(page, 'select', { trace: run.trace_id, span: spans[1].span_id });
  const title = page.locator('.inspector h1, .inspector h2').first();
  await title.filter({ hasText: 'CUST-4711' }).waitFor();

  await page.getByRole('button', { name: 'Settings' }).click();
  const field = page.getByLabel('Covered as well: patterns, one a line');
  // What is wrong is told before anything is covered, and what is typed next takes it back.
  await field.fill('plant north\n  CUST-[0-9');
  await page.getByText('line 2, column 8: ').waitFor();
  await page.getByRole('button', { name: 'Covered', exact: true }).click();
  await field.fill('(?i)plant north\n  CUST-[0-9]+');
  await page.locator('#mask-problems:empty').waitFor({ state: 'attached' });
  await title.filter({ hasText: '•••••' }).waitFor();
  await page.keyboard.press('Escape');

  const kept = ['CUST-4711', 'Plant North'];
  const clean = (told, where) => assert.deepEqual(kept.filter((secret) => told.includes(secret)), [], `${where}: ${told.slice(0, 300)}`);
  await page.locator('.inspector').getByRole('tab', { name: 'Raw' }).click();
  await page.locator('.inspector-panel', { hasText: '•••••' }).waitFor();
  await page.locator('.inspector-panel').getByRole('button', { name: /copy/i }).first().click({ force: true });
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes('•••••'));
  clean(await page.evaluate(() => navigator.clipboard.readText()), 'raw JSON');
  for (const [tab, kinds] of [['Cost', ['CSV', 'SVG']], ['Statistics', ['CSV']]]) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    if (tab === 'Cost') {
      await page.getByLabel('Area').selectOption('Time');
      await page.getByLabel('Level 1').selectOption('span');
    }
    await page.locator('main table tbody', { hasText: '•••••' }).first().waitFor();
    for (const kind of kinds) {
      // What is saved is what is seen.
      await settled(page);
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()]);
      const saved = readFileSync(await download.path()).toString();
      assert.ok(saved.includes('•••••'), `${tab} ${kind}: ${saved.slice(0, 300)}`);
      clean(saved, `${tab} ${kind}`);
    }
  }
  await app.reload(page);
  await open(page, [{ name: 'orders.json', data: orders() }]);
  await page.locator('body', { hasText: '•••••' }).waitFor();
  await page.getByRole('button', { name: 'Settings' }).click();
  await eventually(() => field.inputValue(), '(?i)plant north\n  CUST-[0-9]+');
});
