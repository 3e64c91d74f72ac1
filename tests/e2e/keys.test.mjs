// The keyboard alone: the list of keys, every screen, and a focus that can be seen.

import assert from 'node:assert/strict';
import { eventually, placed, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open, runRow } from './script.mjs';
import { holds, rows, selected, time, timeIs } from './waterfall.mjs';

/** What has the focus, for a person. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element === document.body ? '' : `${element.getAttribute('role') ?? element.localName} ${
    element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)}`;
});

/** Presses Tab until the focus is on what is wanted. */
async function tabTo(page, wanted, key = 'Tab') {
  const passed = [];
  // What can be reached is there.
  await settled(page);
  for (let tries = 0; tries < 60; tries += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (wanted.test(now)) return;
    passed.push(now);
  }
  assert.fail(`${wanted} was not reached: ${passed.join(' | ')}`);
}

/** The focused element has a ring, or is unseen and stands for what is painted. */
const ringed = (page) => eventually(() => page.evaluate(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const within = element.closest('.field') && getComputedStyle(element.closest('.field'));
  const has = (one) => one && ((one.outlineStyle !== 'none' && Number.parseFloat(one.outlineWidth) > 0) || one.boxShadow !== 'none');
  return Boolean(has(style) || has(within));
}), true, 'a ring');

appTest('? lists the keys, Escape closes the list and gives the focus back', async (app) => {
  const { page } = app;
  const field = page.getByRole('button', { name: 'Choose folder' });
  await field.focus();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.waitFor();
  for (const group of ['Everywhere', 'Runs', 'Waterfall', 'Search']) {
    await eventually(() => dialog.textContent(), (words) => words.includes(group), group);
  }
  for (const key of ['W', 'A', 'S', 'D', '0', '/', '?', 'F6', 'Enter', 'Home']) {
    await eventually(() => dialog.locator('kbd').getByText(key, { exact: true }).count(), (count) => count > 0, `${key} is listed`);
  }
  const box = await placed(dialog);
  assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 800, JSON.stringify(box));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await eventually(() => focused(page), /Choose folder/);
});

appTest('every screen is reached without a pointer', async (app) => {
  const { page } = app;
  // A sample from the open page.
  await tabTo(page, /Three services and a queue/);
  await ringed(page);
  await page.keyboard.press('Enter');
  await runRow(page, 5).waitFor();
  // The runs: filter, table, run.
  await tabTo(page, /Filter by name/);
  await ringed(page);
  await page.keyboard.press('ArrowDown');
  await eventually(() => page.locator('.runs-body').getAttribute('aria-activedescendant'), 'run-0');
  await page.keyboard.press('ArrowDown');
  await eventually(() => page.locator('.runs-body').getAttribute('aria-activedescendant'), 'run-1');
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor({ state: 'attached' });
  // The waterfall and the inspector.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=treegrid] [aria-selected=true]').waitFor({ state: 'attached' });
  await settled(page);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'tab');
  await ringed(page);
  // The import report, by the menu.
  await tabTo(page, /plain-multi-process\.jsonl/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await eventually(() => focused(page), /Import report/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Loaded 6 runs/ }).waitFor();
  await page.keyboard.press('Escape');
  await rows(page).first().waitFor({ state: 'attached' });
  // The settings.
  await tabTo(page, /Settings/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Settings' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Settings' }).waitFor({ state: 'hidden' });
  // Back to the runs.
  await tabTo(page, /Runs/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await runRow(page, 5).waitFor();
});

appTest('F6 goes from part to part of the page', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).first().waitFor({ state: 'attached' });
  const parts = new Set();
  await settled(page);
  for (let turn = 0; turn < 6; turn += 1) {
    await page.keyboard.press('F6');
    await settled(page);
    parts.add(await page.evaluate(() => {
      const region = document.activeElement.closest('[data-region]');
      return region && (region.getAttribute('aria-label') || region.localName);
    }));
  }
  assert.ok(!parts.has(null), 'the focus left the parts');
  assert.deepEqual([...parts].sort(), ['Inspector', 'Run', 'Spans of report.kickoff', 'header']);
  // And back, with the other hand: into the rows, which take arrows at once.
  while (!/^row /.test(await focused(page))) {
    await page.keyboard.press('Shift+F6');
    await settled(page);
  }
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=treegrid] [aria-selected=true]').waitFor({ state: 'attached' });
});

appTest('the skip link leads to the view', async (app) => {
  const { page } = app;
  await page.keyboard.press('Tab');
  await eventually(() => focused(page), /Skip to the view/);
  await ringed(page);
  const box = await placed(page.getByText('Skip to the view'));
  assert.ok(box.x >= 0 && box.y >= 0, 'it is not on screen');
  await page.keyboard.press('Enter');
  await eventually(() => page.evaluate(() => document.activeElement.id), 'view');
});

appTest('keys are left to fields and dialogs', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).first().waitFor({ state: 'attached' });
  const handles = () => page.evaluate(() => [...document.querySelectorAll('.minimap [role=slider]')].map((one) => one.style.left).join());
  const before = await resting(page, handles);
  await page.locator('#search').focus();
  await page.keyboard.type('was?0o');
  await eventually(() => page.locator('#search').inputValue(), 'was?0o');
  await settled(page);
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await handles(), before);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.type('wwo');
  await settled(page);
  assert.equal(await handles(), before);
});

appTest('the treegrid can be entered with Tab and says what it holds', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).nth(11).waitFor({ state: 'attached' });
  const grid = page.getByRole('treegrid');
  await eventually(() => grid.getAttribute('aria-label'), /^Spans of report\.kickoff/);
  await eventually(() => grid.getAttribute('aria-rowcount'), '13');
  await eventually(() => grid.getByRole('columnheader').allTextContents(), ['Span', 'Agent', 'Model', 'Tokens', 'Cost', 'Duration', 'Errors']);
  await eventually(() => grid.locator('[role=row][tabindex="0"]').count(), 1);
  await tabTo(page, /^row report\.kickoff/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await eventually(() => focused(page), /^row /);
  const id = await resting(page, () => page.evaluate(() => document.activeElement.dataset.spanId));
  await selected(page, id);
  await eventually(() => page.locator(`[data-span-id="${id}"] [role=gridcell]`).allTextContents(), (cells) => {
    assert.equal(cells.length, 7);
    assert.match(cells[5], /\d (ms|s|µs)$/);
  });
  // Screen readers meet no canvas and no unnamed control.
  const unnamed = await page.evaluate(() => [...document.querySelectorAll('button, input, select, [role=slider], [role=separator], [role=tab]')]
    .filter((one) => !one.closest('[hidden], [aria-hidden=true]') && one.getClientRects().length > 0)
    .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length || one.title))
    .map((one) => one.outerHTML.slice(0, 120)));
  assert.deepEqual(unnamed, []);
});

/** A run of 60 spans, the latest, and 60 runs of one span. */
const MANY = otlp([
  span({ id: 1, name: 'needle root', length: 100_000_000 }),
  ...Array.from({ length: 59 }, (_, at) => span({
    id: at + 2, parent: 1, name: at % 20 === 0 ? 'needle' : 'step', start: at * 1_000_000, length: 900_000,
  })),
  ...Array.from({ length: 60 }, (_, at) => span({ trace: at + 2, id: 1000 + at, name: `run ${at}`, start: -1_000_000_000 * (at + 1) })),
]);

/** An agent with a tool that is recorded twice, and a span that means nothing. */
const tool = { attributes: [text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', 'ask')] };
const AGENT = otlp([
  span({ id: 1, length: 100_000_000, attributes: [text('gen_ai.operation.name', 'invoke_agent')] }),
  span({ id: 2, parent: 1, length: 90_000_000, ...tool }),
  span({ id: 3, parent: 2, length: 80_000_000, ...tool }),
  span({ id: 4, parent: 1, start: 95_000_000 }),
]);

/** What each key of the list is to do; each begins where the one before it ended, first in the table, then in the long run. */
const DEEDS = {
  Runs: {
    'Home End': async ({ press, run }) => {
      await press('End');
      await run(60);
      await press('Home');
      await run(0);
    },
    '↓ J': async ({ press, run }) => {
      await press('ArrowDown');
      await press('j');
      await run(2);
    },
    '↑ K': async ({ press, run }) => {
      await press('ArrowUp');
      await press('k');
      await run(0);
    },
    'Page Down Page Up': async ({ press, page }) => {
      await press('PageDown');
      await page.waitForFunction(() => Number(/\d+$/.exec(document.querySelector('.runs-body').getAttribute('aria-activedescendant'))) > 10);
      await press('PageUp');
      await page.waitForFunction(() => document.querySelector('.runs-body').getAttribute('aria-activedescendant') === 'run-0');
    },
    Enter: async ({ press, page }) => {
      await press('Enter');
      await rows(page).nth(3).waitFor({ state: 'attached' });
    },
  },
  Waterfall: {
    '↓ ↑': async ({ press, chosen }) => {
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await press(key);
      await chosen(2);
    },
    'Home End': async ({ press, chosen }) => {
      await press('End');
      await chosen(60);
      await press('Home');
      await chosen(1);
    },
    'Page Down Page Up': async ({ press, chosen, page }) => {
      await press('PageDown');
      await page.waitForFunction(() => Number(document.querySelector('[role=treegrid] [aria-selected=true]')?.dataset.line) > 10);
      await press('PageUp');
      await chosen(1);
    },
    '←': async ({ press, page }) => {
      await press('ArrowLeft');
      await page.locator('[role=treegrid] [aria-expanded=false]').waitFor({ state: 'attached' });
    },
    '→': async ({ press, page, chosen }) => {
      await press('ArrowRight');
      await page.locator('[role=treegrid] [aria-expanded=true]').waitFor({ state: 'attached' });
      await press('ArrowRight');
      await chosen(2);
      await press('ArrowLeft');
      await chosen(1);
      await press('ArrowDown');
    },
    'W S': async ({ press, page }) => {
      await press('w');
      const [start, end] = await timeIs(page, 'shorter', 99);
      await press('s');
      await timeIs(page, 'longer', end - start);
      await press('w');
    },
    'A D': async ({ press, page }) => {
      await press('w');
      const [start] = await resting(page, () => time(page));
      await press('d');
      const [later] = await timeIs(page, 'after', start);
      await press('a');
      await timeIs(page, 'before', later);
    },
    0: async ({ press, page }) => {
      await press('0');
      await timeIs(page, 'whole');
    },
    F: async ({ press, page }) => {
      await press('f');
      await timeIs(page, 'shorter', 10);
    },
    Backspace: async ({ press, page }) => {
      await press('Backspace');
      await timeIs(page, 'whole');
    },
    Enter: async ({ press, page }) => {
      await press('Enter');
      await page.waitForFunction(() => document.activeElement.closest('.inspector'));
    },
    '1 2 3': async ({ press, page }) => {
      await open(page, [{ name: 'agent.json', data: AGENT }]);
      await holds(page, [1, 2, 3, 4].map(spanId));
      await press('2');
      await holds(page, [1, 2].map(spanId));
      await press('3');
      await holds(page, [1].map(spanId));
      await press('1');
      await holds(page, [1, 2, 3, 4].map(spanId));
    },
    M: async ({ press, page }) => {
      const filter = page.getByLabel(/^Filter by/).first();
      await filter.fill('{ kind = agent }');
      await page.locator('[role=treegrid] [data-hit]').first().waitFor({ state: 'attached' });
      await page.locator('[role=treegrid] [data-span-id]').first().focus();
      await press('M');
      await page.getByText('3 hidden', { exact: true }).waitFor();
      await holds(page, [1].map(spanId));
      await press('M');
      await holds(page, [1, 2, 3, 4].map(spanId));
      await filter.fill('');
      await page.locator('[role=treegrid] [data-hit]').first().waitFor({ state: 'detached' });
      await page.locator('[role=treegrid] [data-span-id]').first().focus();
    },
    U: async ({ press, page, chosen }) => {
      await press('2');
      await holds(page, [1, 2].map(spanId));
      await ask(page, 'select', { trace: traceId(1), span: spanId(2) });
      await chosen(2);
      await press('u');
      await holds(page, [1, 2, 3].map(spanId));
      await press('u');
      await holds(page, [1, 2].map(spanId));
      await press('1');
      await open(page, [{ name: 'many.json', data: MANY }]);
      await ask(page, 'select', { trace: traceId(1) });
      await rows(page).nth(3).waitFor({ state: 'attached' });
    },
  },
  Search: {
    Enter: async ({ press, page }) => {
      await press('/');
      await page.keyboard.type('needle');
      await page.getByRole('search').getByText('4 in 1 run', { exact: true }).waitFor();
      await press('Enter');
      await page.getByRole('search').getByText(/^\d of 4/).waitFor();
      const at = Number((await page.getByRole('search').getByText(/^\d of 4/).textContent())[0]);
      await press('Enter');
      await page.getByRole('search').getByText(new RegExp(`^${at % 4 + 1} of 4`)).waitFor();
    },
    'Shift+Enter': async ({ press, page }) => {
      const at = () => page.getByRole('search').getByText(/^\d of 4/).textContent();
      const before = Number((await at())[0]);
      await press('Shift+Enter');
      await page.getByRole('search').getByText(new RegExp(`^${before === 1 ? 4 : before - 1} of 4`)).waitFor();
    },
    Esc: async ({ press, page }) => {
      await press('Escape');
      await page.waitForFunction(() => document.querySelector('#search').value === '');
    },
  },
  Everywhere: {
    '/': async ({ press, page }) => {
      await page.evaluate(() => document.activeElement.blur());
      await press('/');
      await page.waitForFunction(() => document.activeElement.id === 'search');
      await press('Escape');
      await page.evaluate(() => document.activeElement.blur());
    },
    '?': async ({ press, page }) => {
      await press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    },
    F6: async ({ press, page }) => {
      await press('F6');
      await page.waitForFunction(() => document.activeElement.closest('[data-region]'));
    },
    Esc: async ({ page, press }) => {
      await page.getByRole('button', { name: /^many\.json/ }).click();
      await page.getByRole('menuitem', { name: 'Import report' }).click();
      await page.getByRole('heading', { name: /^Loaded/ }).waitFor();
      await press('Escape');
      await rows(page).first().waitFor({ state: 'attached' });
    },
    O: async ({ page, press }) => {
      const asked = page.waitForEvent('filechooser');
      await press('o');
      await asked;
    },
    'Ctrl+V': async ({ page, press }) => {
      await page.evaluate((text) => navigator.clipboard.writeText(text), otlp([span({ trace: 99, id: 99, name: 'pasted' })]));
      await press('Control+v');
      await page.getByText('62 runs', { exact: true }).first().waitFor();
    },
  },
};

appTest('every key of the list does what the list says', async (app) => {
  const { page } = app;
  await app.drop([{ name: 'many.json', data: MANY }]);
  await runRow(page, 5).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  const listed = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.key-groups section')].map((section) => [
    section.querySelector('h3').textContent,
    [...section.querySelectorAll('dt')].map((term) => [...term.querySelectorAll('kbd')].map((key) => key.textContent).join(' ')),
  ])));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
  await page.evaluate(() => document.activeElement.blur());
  for (const [group, deeds] of Object.entries(DEEDS)) {
    const known = Object.keys(deeds).map((keys) => keys.replaceAll('+', ' '));
    assert.deepEqual([...listed[group]].sort(), known.sort(), group);
  }
  const tools = {
    page,
    press: (key) => page.keyboard.press(key),
    run: (at) => page.waitForFunction((at) => document.querySelector('.runs-body').getAttribute('aria-activedescendant') === `run-${at}`, at),
    chosen: (number) => selected(page, spanId(number)),
  };
  for (const [group, deeds] of Object.entries(DEEDS)) {
    for (const [keys, deed] of Object.entries(deeds).sort(([one], [other]) => order(group, one) - order(group, other))) {
      await deed(tools).catch((error) => assert.fail(`${group}, ${keys}: ${error.message}`));
    }
  }

  /** The order above; a key that is a number would come first. */
  function order(group, keys) {
    if (group !== 'Waterfall') return 0;
    return ['↓ ↑', 'Home End', 'Page Down Page Up', '←', '→', 'W S', 'A D', '0', 'F', 'Backspace', 'Enter', '1 2 3', 'M', 'U'].indexOf(keys);
  }
});
