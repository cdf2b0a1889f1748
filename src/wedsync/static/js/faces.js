// A stranger's first page is painted with the letters their machine has; ours come when nobody waits for them any more.
addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
  document.documentElement.dataset.faces = "";
})));
