import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Logger } from 'pino';
import type { Locale } from '../../domain/model/localized.ts';
import type { LinkSigner } from '../../messaging/answer-link.ts';
import { answerByLink } from '../../store/answer-by-link.ts';
import { resumeContact, stopContact } from '../../store/contact-stop.ts';
import { StoreUnavailable } from '../../store/errors.ts';
import { linkedQuestion, type LinkedQuestion } from '../../store/linked-question.ts';
import type { ApiEnv } from '../context.ts';
import { answerInTime } from '../middleware/answer-in-time.ts';
import { localeOf } from '../middleware/locale.ts';
import { Problem } from '../problem/problem.ts';
import type { RouteDeps } from '../routes/route-deps.ts';
import { Allowance } from './allowance.ts';
import { clientAddress } from './client-address.ts';
import { notePage, noteViews, stopPage, unsubscribePage, type NoteView } from './form-pages.ts';
import { contentSecurityPolicy, here, type Html } from './layout.ts';
import { plainPage } from './plain-pages.ts';
import { questionPage, settledPage } from './question-page.ts';
import { readForm, saidIn } from './read-answer.ts';
import { askOf, htmlLang } from './words.ts';

export interface ResidentDeps extends Pick<RouteDeps, 'store' | 'poke'> {
  readonly signer: LinkSigner;
  /** In which the gateway says who called; undefined: whoever is connected. */
  readonly addressHeader: string | undefined;
  readonly answerWithinMs: number;
  readonly logger: Logger;
}

type C = Context<ApiEnv>;

const minuteMs = 60_000;
/** Generous to people, who open a link a few times; dear to programs. */
const mostForOneLink = 60;
/** Tokens that are none, from one address: behind one address there may be a whole hospital. */
const mostWrongForOneAddress = 60;
const mostFormBytes = 20_000;

const isNoteView = (view: string | undefined): view is NoteView =>
  (noteViews as readonly (string | undefined)[]).includes(view);

/** What stands behind the token of a request, once it is believed. */
interface Found {
  readonly question: LinkedQuestion;
  readonly expired: boolean;
  readonly locale: Locale;
}

/** @returns the pages by which residents answer, without sign-in: whoever has the link may answer by it */
export function residentPages(deps: ResidentDeps): Hono<ApiEnv> {
  const { store, signer, poke, logger } = deps;
  const byLink = new Allowance(mostForOneLink, minuteMs);
  const wrongByAddress = new Allowance(mostWrongForOneAddress, minuteMs);
  const app = new Hono<ApiEnv>();

  /** The language chosen on the page, else the resident's own, else the browser's. */
  const localeFor = (c: C, own?: Locale): Locale => {
    const chosen = c.req.query('lang');
    return chosen === 'zh' || chosen === 'en' ? chosen : (own ?? localeOf(c.req.header('accept-language')));
  };
  const show = (
    c: C,
    locale: Locale,
    page: Html,
    status: 200 | 400 | 404 | 409 | 410 | 413 | 429 | 503 = 200,
  ) => {
    c.header('Content-Language', htmlLang[locale]);
    return c.html(page, status);
  };
  app.use(
    secureHeaders({
      contentSecurityPolicy,
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
    }),
    async (c, next) => {
      await next();
      c.header('Cache-Control', 'no-store');
      c.header('X-Robots-Tag', 'noindex, nofollow, noarchive');
    },
    answerInTime(deps.answerWithinMs),
    bodyLimit({
      maxSize: mostFormBytes,
      onError: (c: C) => {
        const locale = localeFor(c);
        return show(c, locale, plainPage('notTaken', locale), 413);
      },
    }),
  );

  const tooMany = (c: C, waitMs: number) => {
    const locale = localeFor(c);
    c.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
    return show(c, locale, plainPage('tooMany', locale), 429);
  };
  const incomplete = (c: C) => {
    const locale = localeFor(c);
    return show(c, locale, plainPage('incomplete', locale), 404);
  };

  /**
   * A token that cannot be one, one that nobody was sent and one that was changed get the same answer.
   * @returns what stands behind the token; or the page that says why there is nothing
   */
  async function find(c: C): Promise<Found | Response> {
    const address = clientAddress(c, deps.addressHeader);
    const wait = wrongByAddress.waitMs(address);
    if (wait > 0) return tooMany(c, wait);
    const token = signer.read(c.req.param('token') ?? '');
    const question = token && (await linkedQuestion(store, token.id));
    const state = question ? signer.check(token, question.expiresAt, question.now) : 'tampered';
    if (!question || state === 'tampered') {
      wrongByAddress.take(address);
      return incomplete(c);
    }
    const linkWait = byLink.waitMs(question.id);
    if (linkWait > 0) return tooMany(c, linkWait);
    byLink.take(question.id);
    return { question, expired: state === 'expired', locale: localeFor(c, question.resident.locale) };
  }

  const zone = async (): Promise<string> => (await store.calendar()).zone;
  const expiredPage = (c: C, { question, locale }: Found) =>
    show(c, locale, plainPage('expired', locale, question.place.phone), 410);

  // Programs that look at a link before a person does must change nothing: reading is all that GET does.
  app.get('/:token', async (c) => {
    const found = await find(c);
    if (found instanceof Response) return found;
    const { question, locale, expired } = found;
    if (expired) return expiredPage(c, found);
    const view = c.req.query('view');
    if (view === 'stop' && !question.stopped.all) return show(c, locale, stopPage(locale));
    const shown = { question, locale, zone: await zone() };
    if (!question.open) return show(c, locale, settledPage(shown));
    if (isNoteView(view) && question.asks.includes(view)) return show(c, locale, notePage(view, locale));
    return show(c, locale, questionPage(shown));
  });

  app.post('/:token', async (c) => {
    const found = await find(c);
    if (found instanceof Response) return found;
    const { question, locale, expired } = found;
    if (expired) return expiredPage(c, found);
    const shown = { question, locale, zone: await zone() };
    const said = saidIn(await readForm(c));
    const back = () => c.redirect(here(locale), 303);
    if (said.kind === 'resume') {
      await resumeContact(store.pool, question.resident.id, '*', 'resident');
      return back();
    }
    if (said.kind === 'unknown')
      return show(c, locale, question.open ? questionPage(shown) : settledPage(shown), 400);
    const { answer } = said;
    if (answer !== 'do-not-contact') {
      if (!question.open) return show(c, locale, settledPage(shown), 409);
      if (!question.asks.includes(askOf[answer])) return show(c, locale, questionPage(shown), 400);
    }
    if (said.kind === 'tooLong')
      return show(c, locale, notePage(isNoteView(answer) ? answer : 'another-time', locale, said.text), 400);
    const recorded = await answerByLink(store, {
      link: question.id,
      answer,
      ...(said.note !== undefined && { note: said.note }),
    });
    if (recorded.poke) poke(recorded.journey);
    // What was refused because the step was closed in between is told by the page itself.
    if (recorded.refusal && answer !== 'do-not-contact') {
      const now = await linkedQuestion(store, question.id);
      if (now?.open) return show(c, locale, plainPage('notTaken', locale, question.place.phone), 409);
    }
    return back();
  });

  // By law and by RFC 8058 this works for as long as the message can be found, so an expired link will do.
  app.get('/:token/unsubscribe', async (c) => {
    const found = await find(c);
    if (found instanceof Response) return found;
    const { stopped } = found.question;
    return show(c, found.locale, unsubscribePage(found.locale, stopped.email || stopped.all));
  });

  app.post('/:token/unsubscribe', async (c) => {
    const found = await find(c);
    if (found instanceof Response) return found;
    const { question, locale } = found;
    const form = await readForm(c);
    const resume = form['answer'] === 'resume';
    await (resume ? resumeContact : stopContact)(store.pool, question.resident.id, 'email', 'resident');
    // A mail program's one click is answered at once and never sent elsewhere (RFC 8058, section 3.1).
    return form['answer'] === undefined
      ? show(c, locale, unsubscribePage(locale, true))
      : c.redirect(here(locale), 303);
  });

  app.all('*', incomplete);

  app.onError((error, c) => {
    const locale = localeFor(c);
    const passing =
      error instanceof StoreUnavailable || (error instanceof Problem && error.init.status === 503);
    // By name: the words of an error may quote what somebody wrote, its stack the address.
    if (!passing)
      logger.error(
        { id: c.get('requestId'), name: error.name, code: (error as { code?: unknown }).code },
        'a page for a resident failed',
      );
    c.header('Retry-After', '10');
    return show(c, locale, plainPage('unavailable', locale), 503);
  });
  return app;
}
