// Loads the app and starts it, or says why it did not start.
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
  throw error;
}
