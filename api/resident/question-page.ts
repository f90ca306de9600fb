import { html } from 'hono/html';
import type { Locale } from '../../domain/model/localized.ts';
import type { ResidentAnswerKind } from '../../domain/model/message.ts';
import { salutationOf } from '../../domain/resident/salutation.ts';
import type { LinkedQuestion } from '../../store/linked-question.ts';
import { here, layout, telephone, type Html } from './layout.ts';
import { dayText, momentText } from './local-time.ts';
import { answerText, askOf, htmlLang, matterOf, words } from './words.ts';

interface Shown {
  readonly question: LinkedQuestion;
  readonly locale: Locale;
  /** Of the district. */
  readonly zone: string;
}

/** An organisation has one name, in Chinese, in both languages. */
const placeName = (name: string, locale: Locale): Html =>
  locale === 'zh' ? html`${name}` : html`<span lang="${htmlLang.zh}">${name}</span>`;

function facts({ question, locale, zone }: Shown): Html {
  const say = words[locale];
  const { appointmentAt, dueAt, place, bring } = question;
  const when =
    appointmentAt !== undefined
      ? html`<dt>${say.when}</dt>
          <dd>${momentText(appointmentAt, zone, locale)}</dd>`
      : dueAt !== undefined
        ? html`<dt>${say.by}</dt>
            <dd>${dayText(dueAt, zone, locale)}</dd>`
        : '';
  return html`<h2>${say.facts}</h2>
    <dl>
      ${when}
      <dt>${say.where}</dt>
      <dd>${placeName(place.name, locale)}</dd>
      ${
        place.phone === null
          ? ''
          : html`<dt>${say.phone}</dt>
              <dd>${telephone(place.phone)}</dd>`
      }
      ${
        bring === undefined
          ? ''
          : html`<dt>${say.bring}</dt>
              <dd>${bring[locale]}</dd>`
      }
    </dl>`;
}

/** One button that says one thing; the form comes back to the matter itself. */
export const oneButton = (answer: string, label: string, look: string, locale: Locale): Html =>
  html`<form method="post" action="${here(locale)}">
    <input type="hidden" name="answer" value="${answer}" />
    <button class="${look}" type="submit">${label}</button>
  </form>`;

const link = (view: string, label: string, look: string, locale: Locale): Html =>
  html`<a class="button ${look}" href="${here(locale, view)}">${label}</a>`;

function saidBefore({ question: { said, stopped }, locale, zone }: Shown): Html {
  if (!said) return html``;
  if (said.answer === 'do-not-contact' && !stopped.all)
    return html`<p class="said" role="status">${words[locale].resumed}</p>`;
  return html`<div class="said" role="status">
    <p>${words[locale].said(momentText(said.at, zone, locale), answerText(said.answer, locale))}</p>
    <p>${words[locale].next[said.answer]}</p>
  </div>`;
}

const stopOrResume = (stopped: boolean, locale: Locale): Html =>
  stopped
    ? oneButton('resume', words[locale].resume, 'quiet', locale)
    : link('stop', words[locale]['do-not-contact'], 'quiet', locale);

/** What may be answered, without what stands as the answer already. */
function answers({ question: { asks, said, stopped }, locale }: Shown): Html {
  const say = words[locale];
  const offers = (answer: Exclude<ResidentAnswerKind, 'do-not-contact'>): boolean =>
    asks.includes(askOf[answer]) && said?.answer !== answer;
  return html`${offers('confirmed') ? oneButton('confirmed', say.confirm, 'first', locale) : ''}
  ${offers('another-time') ? link('another-time', say['another-time'], '', locale) : ''}
  ${offers('done-elsewhere') ? link('done-elsewhere', say['done-elsewhere'], '', locale) : ''}
  ${stopOrResume(stopped.all, locale)}`;
}

/** @returns what it is about, where to go, what to bring, and what may be answered */
export function questionPage(shown: Shown): Html {
  const { question, locale } = shown;
  const { resident, said, stopped, kind, appointmentAt } = question;
  const say = words[locale];
  return layout({
    locale,
    heading: say.hello(salutationOf(resident.name, resident.sex, locale)),
    body: html`${saidBefore(shown)}
      ${
        stopped.all && said?.answer !== 'do-not-contact'
          ? html`<p class="said" role="status">${say.stopped}</p>`
          : ''
      }
      <p>${matterOf(kind, appointmentAt !== undefined, locale)}</p>
      ${facts(shown)}
      <h2>${said ? say.change : say.asks}</h2>
      ${answers(shown)}`,
  });
}

/** @returns that nothing is to be answered any more; who wants no more messages may still say so */
export function settledPage({ question, locale }: Shown): Html {
  const say = words[locale];
  const { stopped, place } = question;
  return layout({
    locale,
    heading: say.settled,
    body: html`<p>${say.settledBody}</p>
      ${place.phone === null ? '' : html`<p>${say.call} ${telephone(place.phone)}</p>`}
      ${stopped.all ? html`<p class="said" role="status">${say.stopped}</p>` : ''}
      ${stopOrResume(stopped.all, locale)}`,
  });
}
