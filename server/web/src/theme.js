// Sets the chosen theme before the first paint. A file of its own, loaded before the style sheet,
// so that the page needs no inline script.
try {
  const chosen = localStorage.getItem('weft:theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden: then the system's theme holds.
}
