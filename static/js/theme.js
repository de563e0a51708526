// Sets the theme that was chosen before, ahead of the first paint; then lets the button in the masthead choose.
// Loaded without `defer`, so it is small.
(() => {
  const KEY = 'socketscope.theme';
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  try {
    const chosen = localStorage.getItem(KEY);
    if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
    // In a class's room: the page keeps a place for its bar, and figures say more.
    if (localStorage.getItem('socketscope.room')) root.dataset.room = '';
  } catch {} // storage may be forbidden: then the system's choice holds

  document.addEventListener('DOMContentLoaded', () => {
    const button = document.querySelector('[data-action="theme"]');
    if (!button) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const now = root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
      root.dataset.theme = now === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem(KEY, root.dataset.theme); } catch {}
    });
  });
})();
