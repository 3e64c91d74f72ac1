// Sets the colours before the first paint; the app keeps them in step from then on.
(function () {
  var theme = 'system';
  try {
    theme = JSON.parse(localStorage.getItem('spanlight')).settings.theme;
  } catch (error) {
    // Nothing was ever chosen, or this browser keeps nothing.
  }
  if (theme !== 'light' && theme !== 'dark') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.dataset.theme = theme;
})();
