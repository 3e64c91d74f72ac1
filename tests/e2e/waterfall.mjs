// The waterfall as scenarios see it: its rows in the DOM mirror, and where things stand on the canvas.

import { eventually, placed, resting } from './eventually.mjs';

/** Height of the header and of a row in pixels. */
const ROW = 24;

/** The rows in the mirror. */
export const rows = (page) => page.locator('[role=treegrid] [data-span-id]');

/** One row. */
export const row = (page, id) => page.locator(`[role=treegrid] [data-span-id="${id}"]`);

/** Waits until a row is in the mirror. */
export const shown = (page, id) => row(page, id).waitFor({ state: 'attached' });

/** Waits until a row is the selected one. */
export const selected = (page, id) => page.locator(`[role=treegrid] [data-span-id="${id}"][aria-selected=true]`).waitFor({ state: 'attached' });

/** What the mirror says of each row, from top to bottom. */
export const mirror = (page) => rows(page).evaluateAll((all) => all.map((row) => ({
  id: row.dataset.spanId, line: Number(row.dataset.line), level: Number(row.ariaLevel), label: row.ariaLabel,
  ...(row.ariaExpanded && { expanded: row.ariaExpanded === 'true' }),
})));

/** Waits until the mirror holds these ids, in this order. */
export const holds = (page, ids) => page.waitForFunction((wanted) => (
  [...document.querySelectorAll('[role=treegrid] [data-span-id]')].map((row) => row.dataset.spanId).join() === wanted), ids.join());

/** The visible part of the run's time, in percent of all of it. */
export const time = (page) => page.evaluate(() => (
  [...document.querySelectorAll('.minimap [role=slider]')].map((handle) => Number.parseFloat(handle.style.left))));

/**
 * Waits until the visible time is `whole`, `shorter` or `longer` than a length, or starts `after` or `before` a time; gives it once it
 * stays. All in percent of the run's time.
 */
export async function timeIs(page, test, bound) {
  await page.waitForFunction(([test, bound]) => {
    const [start, end] = [...document.querySelectorAll('.minimap [role=slider]')].map((handle) => Number.parseFloat(handle.style.left));
    const holds = {
      whole: () => start === 0 && end === 100,
      shorter: () => end - start < bound - 0.001,
      longer: () => end - start > bound + 0.001,
      after: () => start > bound + 0.001,
      before: () => start < bound - 0.001,
    };
    return holds[test]();
  }, [test, bound]);
  return resting(page, () => time(page));
}

/** Where things stand: the canvas, a row's middle, and a part of the bars' width. */
export async function places(page) {
  const last = await placed(page.locator('[role=treegrid] [role=columnheader]').last());
  const canvas = await page.locator('[role=treegrid] canvas').boundingBox();
  const left = last.x + last.width + 12;
  const width = canvas.x + canvas.width - 12 - left;
  return {
    canvas, left, width, headers: canvas.y,
    y: (line) => canvas.y + ROW + line * ROW + ROW / 2,
    x: (part) => left + width * part,
    chevron: (depth) => canvas.x + 12 + 14 * depth + 6,
  };
}

/** Waits until a part of the page, a box or a locator, has more different colours than so many. */
export const colourful = (page, part, atLeast, words) => eventually(async () => (
  colours(page, 'boundingBox' in part ? await part.boundingBox() : part)), (count) => count > atLeast, words);

/** How many different colours a part of the page has; needs no picture library. */
async function colours(page, box) {
  const picture = await page.screenshot({ clip: box });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, picture.toString('base64'));
}
