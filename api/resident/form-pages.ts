import { html } from 'hono/html';
import type { Locale } from '../../domain/model/localized.ts';
import { longestNote } from '../../store/answer-as-resident.ts';
import { here, layout, type Html } from './layout.ts';
import { oneButton } from './question-page.ts';
import { charactersIn } from './read-answer.ts';
import { words } from './words.ts';

/** What asks for a few words of the resident's own. */
export const noteViews = ['another-time', 'done-elsewhere'] as const;
export type NoteView = (typeof noteViews)[number];

/** @param tooLong what was written, when it was too much: it stays in the field */
export function notePage(view: NoteView, locale: Locale, tooLong?: string): Html {
  const say = words[locale];
  const [title, label, hint] =
    view === 'another-time'
      ? [say.anotherTimeTitle, say.anotherTimeLabel, say.anotherTimeHint]
      : [say.doneElsewhereTitle, say.doneElsewhereLabel, say.doneElsewhereHint];
  const described = tooLong === undefined ? 'hint' : 'wrong hint';
  return layout({
    locale,
    view,
    heading: tooLong === undefined ? title : `${say.wrong}${title}`,
    body: html`<form method="post" action="${here(locale, view)}">
        <input type="hidden" name="answer" value="${view}" />
        <label for="note">${label} <span class="hint">${say.optional}</span></label>
        <p class="hint" id="hint">${hint}</p>
        ${
          tooLong === undefined
            ? ''
            : html`<p class="wrong" id="wrong" role="alert">
                ${say.noteTooLong(longestNote, charactersIn(tooLong))}
              </p>`
        }
        <textarea
          id="note"
          name="note"
          maxlength="${longestNote}"
          rows="3"
          aria-describedby="${described}"
          ${tooLong === undefined ? '' : html`aria-invalid="true"`}
        >
${tooLong ?? ''}</textarea>
        <button class="first" type="submit">${say.send}</button>
      </form>
      <a class="button quiet" href="${here(locale)}">${say.back}</a>`,
  });
}

/** Asks once more, and says what it means. */
export function stopPage(locale: Locale): Html {
  const say = words[locale];
  return layout({
    locale,
    view: 'stop',
    heading: say.stopTitle,
    body: html`<ul>
        ${say.stopMeans.map((line) => html`<li>${line}</li>`)}
      </ul>
      ${oneButton('do-not-contact', say.stopYes, 'first', locale)}
      <a class="button quiet" href="${here(locale)}">${say.back}</a>`,
  });
}

/** For people; a mail program's one click needs no page. */
export function unsubscribePage(locale: Locale, stopped: boolean): Html {
  const say = words[locale];
  return layout({
    locale,
    heading: say.unsubscribeTitle,
    body: stopped
      ? html`<p class="said" role="status">${say.unsubscribed}</p>
          ${oneButton('resume', say.resubscribe, 'quiet', locale)}`
      : html`<p>${say.unsubscribeBody}</p>
          ${oneButton('stop', say.unsubscribeYes, 'first', locale)}`,
  });
}
