import { expect, it } from 'vitest';
import { htmlOf } from '../../../activities/dispatch/html-of.ts';

it('is the text and nothing else: paragraphs, lines, links, every sign of HTML as itself', () => {
  const text =
    '请看：https://yilu.example.org/r/AAAbbb。\n<b onclick="x">&</b>\n\nSee http://localhost:8080/r/ab.';
  expect(htmlOf(text, 'zh')).toBe(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"></head><body>' +
      '<p>请看：<a href="https://yilu.example.org/r/AAAbbb">https://yilu.example.org/r/AAAbbb</a>。<br>' +
      '&lt;b onclick=&quot;x&quot;&gt;&amp;&lt;/b&gt;</p>' +
      '<p>See <a href="http://localhost:8080/r/ab">http://localhost:8080/r/ab</a>.</p></body></html>',
  );
});
