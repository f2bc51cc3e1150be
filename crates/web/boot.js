// Theme and language before the first paint, then the program. A file of its own: the content policy allows no inline script.
'use strict';
(function () {
  var root = document.documentElement;
  try {
    root.dataset.theme = localStorage.getItem('preppal.theme') || 'system';
    root.lang = localStorage.getItem('preppal.language') || 'en';
  } catch (refused) {
    // A browser that keeps nothing has kept no choice.
  }
  import('{{app.js}}')
    .then(function (app) {
      return app.default({ module_or_path: '{{app.wasm}}' });
    })
    .catch(function (error) {
      console.error(error);
      document.getElementById('crashed').hidden = false;
    });
})();
