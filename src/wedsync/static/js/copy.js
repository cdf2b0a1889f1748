// A button that puts what stands in a box on the clipboard; where there is none it stays away, and the box can be selected.
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.dataset.copy);
    box.select();
    await navigator.clipboard.writeText(box.value);
    button.textContent = "Copied";
  });
});
