// Copies a finding as Markdown, with the run that it is of.
const run = document.querySelector('header .run')?.textContent.trim() ?? '';
for (const item of document.querySelectorAll('.findings li')) {
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.textContent = 'Copy';
  const sentence = item.querySelector('.sentence').textContent.trim();
  copy.setAttribute('aria-label', `Copy as Markdown: ${sentence.slice(0, 60)}`);
  copy.addEventListener('click', async () => {
    const evidence = item.querySelector('a')?.getAttribute('href') ?? '';
    const grade = item
      .querySelector('.mark')
      .textContent.trim()
      .replace(/^\S+\s/, '');
    const text = `- **${grade}**: ${sentence.replaceAll(/([\\`*_[\]<>])/g, '\\$1')} (evidence: \`${evidence}\` of the report; ${run})`;
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'Not allowed here';
    }
  });
  item.querySelector('.sentence').after(' ', copy);
}
