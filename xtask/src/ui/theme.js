(() => {
  const root = document.documentElement;
  const pick = (name, fallback) => {
    try { return localStorage.getItem(`dynadesk.${name}`) || fallback; } catch { return fallback; }
  };
  root.dataset.theme = pick('theme', 'system');
  root.dataset.density = pick('density', 'comfortable');
})();
