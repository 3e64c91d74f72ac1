// The keyboard alone: the list of keys, every screen, and a focus that can be seen.

import assert from 'node:assert/strict';
import { appTest, corpus } from './harness.mjs';
import { rows, selected } from './waterfall.mjs';

/** What has the focus, for a person. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element === document.body ? '' : `${element.getAttribute('role') ?? element.localName} ${
    element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)}`;
});

/** Presses Tab until the focus is on what is wanted. */
async function tabTo(page, wanted, key = 'Tab') {
  const passed = [];
  for (let tries = 0; tries < 60; tries += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (wanted.test(now)) return;
    passed.push(now);
  }
  assert.fail(`${wanted} was not reached: ${passed.join(' | ')}`);
}

/** The focused element has a ring, or is unseen and stands for what is painted. */
const ringed = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const within = element.closest('.field') && getComputedStyle(element.closest('.field'));
  const has = (one) => one && ((one.outlineStyle !== 'none' && Number.parseFloat(one.outlineWidth) > 0) || one.boxShadow !== 'none');
  return Boolean(has(style) || has(within));
});

appTest('? lists the keys, Escape closes the list and gives the focus back', async (app) => {
  const { page } = app;
  const field = page.getByRole('button', { name: 'Choose folder' });
  await field.focus();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.waitFor();
  const words = await dialog.textContent();
  for (const group of ['Everywhere', 'Runs', 'Waterfall', 'Search']) assert.ok(words.includes(group), group);
  for (const key of ['W', 'A', 'S', 'D', '0', '/', '?', 'F6', 'Enter', 'Home']) {
    assert.ok(await dialog.locator('kbd').getByText(key, { exact: true }).count() > 0, `${key} is not listed`);
  }
  const box = await dialog.boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 800, JSON.stringify(box));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.match(await focused(page), /Choose folder/);
});

appTest('every screen is reached without a pointer', async (app) => {
  const { page } = app;
  // A sample from the open page.
  await tabTo(page, /Three services and a queue/);
  assert.ok(await ringed(page));
  await page.keyboard.press('Enter');
  await page.locator('#run-5').waitFor();
  // The runs: filter, table, run.
  await tabTo(page, /Filter by name/);
  assert.ok(await ringed(page));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor({ state: 'attached' });
  // The waterfall and the inspector.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=treegrid] [aria-selected=true]').waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'tab');
  assert.ok(await ringed(page));
  // The import report, by the menu.
  await tabTo(page, /plain-multi-process\.jsonl/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  assert.match(await focused(page), /Import report/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Loaded 6 runs/ }).waitFor();
  await page.keyboard.press('Escape');
  await rows(page).first().waitFor({ state: 'attached' });
  // The settings.
  await tabTo(page, /Settings/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Settings' }).waitFor();
  await page.keyboard.press('Escape');
  // Back to the runs.
  await tabTo(page, /Runs/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.locator('#run-5').waitFor();
});

appTest('F6 goes from part to part of the page', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).first().waitFor({ state: 'attached' });
  const parts = new Set();
  for (let turn = 0; turn < 6; turn += 1) {
    await page.keyboard.press('F6');
    parts.add(await page.evaluate(() => {
      const region = document.activeElement.closest('[data-region]');
      return region && (region.getAttribute('aria-label') || region.localName);
    }));
  }
  assert.ok(!parts.has(null), 'the focus left the parts');
  assert.deepEqual([...parts].sort(), ['Inspector', 'Run', 'Spans of report.kickoff', 'header']);
  // And back, with the other hand: into the rows, which take arrows at once.
  while (!/^row /.test(await focused(page))) await page.keyboard.press('Shift+F6');
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=treegrid] [aria-selected=true]').waitFor({ state: 'attached' });
});

appTest('the skip link leads to the view', async (app) => {
  const { page } = app;
  await page.keyboard.press('Tab');
  assert.match(await focused(page), /Skip to the view/);
  assert.ok(await ringed(page));
  const box = await page.getByText('Skip to the view').boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0, 'it is not on screen');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'view');
});

appTest('keys are left to fields and dialogs', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).first().waitFor({ state: 'attached' });
  const handles = () => page.evaluate(() => [...document.querySelectorAll('.minimap [role=slider]')].map((one) => one.style.left).join());
  const before = await handles();
  await page.locator('#search').focus();
  await page.keyboard.type('was?0o');
  assert.equal(await page.locator('#search').inputValue(), 'was?0o');
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await handles(), before);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.type('wwo');
  assert.equal(await handles(), before);
});

appTest('the treegrid can be entered with Tab and says what it holds', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).nth(11).waitFor({ state: 'attached' });
  const grid = page.getByRole('treegrid');
  assert.match(await grid.getAttribute('aria-label'), /^Spans of report\.kickoff/);
  assert.equal(await grid.getAttribute('aria-rowcount'), '13');
  assert.deepEqual(await grid.getByRole('columnheader').allTextContents(), ['Span', 'Service', 'Duration', 'Errors']);
  assert.equal(await grid.locator('[role=row][tabindex="0"]').count(), 1);
  await tabTo(page, /^row report\.kickoff/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^row /);
  const id = await page.evaluate(() => document.activeElement.dataset.spanId);
  await selected(page, id);
  const cells = await page.locator(`[data-span-id="${id}"] [role=gridcell]`).allTextContents();
  assert.equal(cells.length, 4);
  assert.match(cells[2], /\d (ms|s|µs)$/);
  // Screen readers meet no canvas and no unnamed control.
  const unnamed = await page.evaluate(() => [...document.querySelectorAll('button, input, select, [role=slider], [role=separator], [role=tab]')]
    .filter((one) => !one.closest('[hidden], [aria-hidden=true]') && one.getClientRects().length > 0)
    .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length || one.title))
    .map((one) => one.outerHTML.slice(0, 120)));
  assert.deepEqual(unnamed, []);
});
