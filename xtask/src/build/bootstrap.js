// Loads the app and starts it, or says why it did not start. Until then window.spanlight is a stand-in whose functions wait for the
// app's own, so that a script need not know when the app has been loaded; and files that are dropped wait, too.
const FUNCTIONS = ['open', 'close', 'summary', 'runs', 'spans', 'span', 'select', 'addEventListener', 'removeEventListener'];
let arrived, failed;
const app = new Promise((resolve, reject) => { [arrived, failed] = [resolve, reject]; });
// Who asks is told; that nobody asks is no error.
app.catch(() => {});
const standIn = Object.fromEntries(FUNCTIONS.map((name) => [name, async (...input) => (await app)[name](...input)]));
standIn.version = 'APP_VERSION';
// Looked at, it loads what files need; so it is not looked at for those who do not ask.
Object.defineProperty(standIn, 'ready', { enumerable: true, get: () => app.then((spanlight) => spanlight.ready) });
// The first sign of somebody there does ask.
const SIGNS = ['pointerdown', 'pointermove', 'touchstart', 'wheel', 'keydown', 'dragenter', 'paste'];
const signOf = () => {
  for (const kind of SIGNS) removeEventListener(kind, signOf, true);
  // What could not be loaded is told where it is needed.
  window.spanlight.ready.catch(() => {});
};
for (const kind of SIGNS) addEventListener(kind, signOf, { capture: true, passive: true });
const early = (event) => {
  // Else the browser would leave the page for the file.
  event.preventDefault();
  // What cannot be opened is told on the page.
  if (event.type === 'drop') standIn.open([...event.dataTransfer.files]).catch(() => {});
};
const KINDS = ['dragover', 'drop'];
for (const kind of KINDS) addEventListener(kind, early);
Object.defineProperty(window, 'spanlight', {
  configurable: true,
  enumerable: true,
  get: () => Object.freeze(standIn),
  // The app's own object takes its place.
  set: (value) => {
    Object.defineProperty(window, 'spanlight', { configurable: true, enumerable: true, writable: true, value });
    for (const kind of KINDS) removeEventListener(kind, early);
    arrived(value);
  },
});
try {
  const { default: init } = await import('APP_MODULE');
  await init({ module_or_path: new URL('APP_WASM', import.meta.url) });
} catch (error) {
  const notice = document.createElement('p');
  notice.className = 'boot-error';
  notice.setAttribute('role', 'alert');
  notice.textContent = error instanceof WebAssembly.CompileError
    ? 'Spanlight needs WebAssembly with SIMD: Chrome 91, Firefox 89, Safari 16.4 or later.'
    : `Spanlight did not start: ${error.message}. Reload the page.`;
  document.body.append(notice);
  failed(new Error(notice.textContent));
  throw error;
}
