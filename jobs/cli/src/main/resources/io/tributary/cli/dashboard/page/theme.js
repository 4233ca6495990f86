// Runs before the page is painted, so that a choice made earlier never flashes the other colours.
(() => {
  "use strict";
  const KEY = "tributary-theme";
  const CHOICES = ["auto", "light", "dark"];

  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser that stores nothing has no choice to remember
    }
  };

  const choice = () => (CHOICES.includes(stored()) ? stored() : "auto");

  const apply = (theme) => {
    if (theme === "auto") {
      document.documentElement.removeAttribute("data-theme");
    } else {
      document.documentElement.setAttribute("data-theme", theme);
    }
    document.dispatchEvent(new CustomEvent("theme", { detail: theme }));
  };

  window.tributaryTheme = {
    current: choice,
    next() {
      const theme = CHOICES[(CHOICES.indexOf(choice()) + 1) % CHOICES.length];
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // it holds until the page is loaded again
      }
      apply(theme);
      return theme;
    },
  };

  apply(choice());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(choice()));
})();
