// window.spanlight from the first moment on: what is called before the app is loaded waits for it.
(function () {
  var attach;
  var app = new Promise(function (resolve) { attach = resolve; });
  var version;
  var object = {
    get version() { return version; },
    ready: app.then(function (loaded) { return loaded.ready; }),
  };
  ['open', 'close', 'summary', 'runs', 'spans', 'span', 'select', 'addEventListener', 'removeEventListener']
    .forEach(function (name) {
      object[name] = function () {
        var given = arguments;
        return app.then(function (loaded) { return loaded[name].apply(undefined, given); });
      };
    });
  window.spanlight = object;
  // The app hands its part over once, and takes this away.
  window.spanlightApp = function (loaded) {
    delete window.spanlightApp;
    version = loaded.version;
    Object.freeze(object);
    attach(loaded);
  };
})();
