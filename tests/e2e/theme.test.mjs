// Light, dark and as the system says; chosen once, kept.

import { eventually } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { places, rows } from './waterfall.mjs';

const LIGHT = '255,255,255', DARK = '15,18,22';

/** The colour that is seen most in a part of the page. */
async function mostly(page, box) {
  const picture = await page.screenshot({ clip: box });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const colour = data.slice(at, at + 3).join();
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
  }, picture.toString('base64'));
}

/** Waits until the view is painted in a colour: what is seen, not what a style sheet says. */
const becomes = (page, colour, box = { x: 300, y: 60, width: 700, height: 600 }) => eventually(() => mostly(page, box), colour);

async function choose(page, theme) {
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: theme }).click();
}

appTest('the system decides until somebody else does', async (app) => {
  const { page } = app;
  await becomes(page, LIGHT);
  await page.emulateMedia({ colorScheme: 'dark' });
  await becomes(page, DARK);
  await choose(page, 'Light');
  await becomes(page, LIGHT);
  await page.emulateMedia({ colorScheme: 'light' });
  await choose(page, 'Dark');
  await becomes(page, DARK);
  await choose(page, 'System');
  await becomes(page, LIGHT);
});

appTest('the choice is kept and holds before the app is loaded', async (app) => {
  const { page } = app;
  await choose(page, 'Dark');
  await becomes(page, DARK);
  await app.context.route(/_bg\.wasm$/, () => {});
  const bare = await app.newTab('', { ready: false });
  await becomes(bare, DARK);
  // The app has not been loaded.
  await bare.locator('#shell').waitFor();
});

appTest('the settings dialog has the same choice', async (app) => {
  const { page } = app;
  await page.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  const dark = dialog.getByRole('button', { name: 'Dark' });
  await dark.click();
  await eventually(() => dark.getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  // Behind the dialog the page is dimmed.
  await becomes(page, DARK);
});

appTest('what is painted on a canvas follows', async (app) => {
  const { page } = app;
  await app.drop([corpus('crewai.json.gz')]);
  await rows(page).first().waitFor({ state: 'attached' });
  const { canvas } = await places(page);
  const foot = { ...canvas, y: canvas.y + canvas.height - 120, height: 100 };
  await becomes(page, LIGHT, foot);
  await choose(page, 'Dark');
  await becomes(page, DARK, foot);
  await choose(page, 'Light');
  await becomes(page, LIGHT, foot);
});
