// Light or dark, before anything is painted: hence no module. `auto` follows the system.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let choice = 'auto';
  try {
    choice = localStorage.getItem('shuffled.theme') || 'auto';
  } catch { /* Storage may be forbidden. */ }

  function apply() {
    const isDark = choice === 'dark' || (choice !== 'light' && dark.matches);
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }

  apply();
  dark.addEventListener('change', apply);
  addEventListener('DOMContentLoaded', () => {
    const select = document.getElementById('theme');
    select.value = ['light', 'dark'].includes(choice) ? choice : 'auto';
    select.addEventListener('change', () => {
      choice = select.value;
      try {
        localStorage.setItem('shuffled.theme', choice);
      } catch { /* It holds for this page then. */ }
      apply();
    });
  });
})();
