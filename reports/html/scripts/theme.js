// The page reads without any script: this one adds the toggle.
const root = document.documentElement;
const toggle = document.getElementById('theme');
const dark = () =>
  root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
const name = () => {
  toggle.textContent = dark() ? 'Light' : 'Dark';
  toggle.setAttribute('aria-label', `Switch to the ${dark() ? 'light' : 'dark'} theme`);
};
toggle.addEventListener('click', () => {
  root.dataset.theme = dark() ? 'light' : 'dark';
  name();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
name();
toggle.hidden = false;
