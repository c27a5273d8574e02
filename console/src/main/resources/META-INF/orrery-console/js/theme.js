// A classic script in the head: it sets the chosen theme before the first paint.
(function () {
  try {
    var theme = localStorage.getItem('orrery.theme');
    if (theme === 'light' || theme === 'dark') {
      document.documentElement.dataset.theme = theme;
    }
  } catch (refused) {
    // Without storage the theme of the system applies.
  }
})();
