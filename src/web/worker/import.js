// Dynamic import for WebAssembly: a Content-Security-Policy forbids to make it from text.
export function importModule(address) {
  return import(address);
}
