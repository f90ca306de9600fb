import { civilText } from '../../domain/calendar/civil-day.ts';
import { compileCalendar, type CompiledCalendar } from '../../domain/calendar/working-calendar.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import { builtInWordings } from '../../domain/messaging/built-in.ts';
import { composeForStaff } from '../../domain/messaging/compose-for-staff.ts';
import {
  composeForResident,
  type ComposedMessage,
  type MessagePart,
} from '../../domain/messaging/compose-message.ts';
import { registeringProviders, type MessagingRules } from '../../domain/messaging/rules.ts';
import { smsLength } from '../../domain/messaging/sms-length.ts';
import { standsInText } from '../../domain/messaging/stood-in-for.ts';
import { TemplateError } from '../../domain/messaging/template-error.ts';
import type { TextValues } from '../../domain/messaging/variables.ts';
import { registrationFor, wordingFor } from '../../domain/messaging/wording-for.ts';
import { stepIdOf } from '../../domain/model/ids.ts';
import type { Channel } from '../../domain/model/message.ts';
import { roleDescriptions } from '../../domain/model/role.ts';
import { salutationOf } from '../../domain/resident/salutation.ts';
import { staffCoverOn, todayOf } from '../../store/absences/staff-cover.ts';
import type { StoreDeps } from '../../store/deps.ts';
import type { ClaimOptions, LiveNotice, MessageToWrite, Written } from '../../store/messages/claim.ts';
import { digestContent } from '../../store/messages/digest-content.ts';
import { messagingRules } from '../../store/messages/rules.ts';
import { addressedOf, stoodInFor } from '../../store/messages/stood-in-for.ts';
import { unreadFor } from '../../store/messages/unread-for.ts';
import { toldOf, type ToldOf } from '../../store/messages/told-of.ts';
import type { Queryable } from '../../store/sql.ts';
import { composeDigest } from './compose-digest.ts';
import type { Extra } from './outgoing-of.ts';

/** The addresses by which a resident answers a notice, and asks for no more of its kind. */
export interface NoticeLink {
  readonly url: string;
  readonly unsubscribeUrl: string;
}

export interface ComposeDeps {
  readonly store: Pick<StoreDeps, 'definitions' | 'calendar' | 'clock'>;
  /** Issues the links of messages to residents, by the key of their notice. Absent: messages carry none. */
  readonly links?: (
    client: Queryable,
    messages: readonly (MessageToWrite & Pick<MessagingRules, 'linkValidFor'>)[],
  ) => Promise<ReadonlyMap<string, NoticeLink>>;
}

/** Where no telephone is known, a sentence that names one is still a sentence. */
const NO_PHONE = '—';

/** The step's own place first; where it names no telephone, the next that does. */
function phoneOf({ places }: ToldOf, level: keyof ToldOf['places']): string {
  const order = [level, 'centre', 'hospital', 'district'] as const;
  return order.map((one) => places[one].phone).find(Boolean) ?? NO_PHONE;
}

function valuesOf(
  message: MessageToWrite,
  notice: LiveNotice,
  definition: Definition,
  told: ToldOf,
  link: NoticeLink | undefined,
  calendar: CompiledCalendar,
): TextValues {
  const { locale, recipientKind } = message;
  const id = stepIdOf(notice.step);
  const step = definition.steps[id];
  const level = step ? roleDescriptions[step.owner].level : 'centre';
  const { dueDate, appointment } = notice.parameters;
  const bring = step?.source.bring?.[locale];
  return {
    dueDate: typeof dueDate === 'string' ? dueDate : civilText(calendar.clock.dayOf(told.dueAt)),
    ...(typeof appointment === 'string' && { appointment }),
    stepTitle: step?.source.title[locale] ?? id,
    place: told.places[level].name,
    phone: phoneOf(told, level),
    ...(bring && { bring }),
    ...(recipientKind === 'staff'
      ? { journey: notice.journey }
      : { salutation: salutationOf(told.resident.name, told.resident.sex, locale) }),
    ...(link && notice.asks.length > 0 && { link: link.url }),
  };
}

/** A gateway of registered texts is told under which code this one is registered with it. */
function templateOf(
  { template }: ComposedMessage,
  { locale, channel }: MessageToWrite,
  rules: MessagingRules,
): Extra['template'] {
  if (channel !== 'sms') return undefined;
  const { name, pathway, parameters } = template;
  const registered = registeringProviders.flatMap((provider) => {
    const found = registrationFor(rules, { provider, pathway, template: name, locale });
    return found ? [[provider, { code: found.code, signature: found.signature }] as const] : [];
  });
  return { name, parameters, registered: Object.fromEntries(registered) };
}

/**
 * Says it in the words of the district or the definition. Where those cannot be filled in, the plain reminder speaks:
 * a wording that is at fault must leave nobody untold.
 */
function compose(
  message: MessageToWrite,
  parts: readonly MessagePart[],
  rules: MessagingRules,
): ComposedMessage {
  const isResident = message.recipientKind === 'resident';
  const given = { parts, rules, channel: message.channel, locale: message.locale };
  const say = isResident ? composeForResident : composeForStaff;
  try {
    return say(given);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const template = isResident ? 'reminder-resident' : 'reminder-staff';
    const plain = parts.map((part) => ({ ...part, template, wording: builtInWordings[template] }));
    return say({ ...given, parts: plain, rules: { templates: {} } });
  }
}

const segmentsOf = (channel: Channel, text: string): number | null =>
  channel === 'sms' ? smsLength(text).segments : null;

/** @returns a function that says in whose place a member of staff is told of a notice */
async function standInRemarks(
  { store }: ComposeDeps,
  client: Parameters<ClaimOptions['write']>[0],
  messages: readonly MessageToWrite[],
): Promise<(message: MessageToWrite, key: string) => string | undefined> {
  const toStaff = messages.filter(
    ({ recipientKind, kind }) => recipientKind === 'staff' && kind === 'notice',
  );
  if (toStaff.length === 0) return () => undefined;
  const cover = await staffCoverOn(client, await todayOf(store, client));
  const keys = toStaff.flatMap(({ notices }) => notices.map(({ key }) => key));
  const addressed = cover.away.size > 0 ? await addressedOf(client, keys) : new Map<string, never>();
  return ({ recipient, locale }, key) => {
    const to = addressed.get(key);
    const absent = to && stoodInFor(cover, recipient, to);
    return absent && standsInText(absent, locale);
  };
}

/** @returns what writes claimed messages out of their notices: one text for each, in the reader's language */
export function createComposer(deps: ComposeDeps): ClaimOptions['write'] {
  async function partOf(
    client: Queryable,
    message: MessageToWrite,
    notice: LiveNotice,
    told: ToldOf,
    rules: MessagingRules,
    link: NoticeLink | undefined,
    calendar: CompiledCalendar,
    remark: string | undefined,
  ): Promise<MessagePart> {
    const { pathway, template } = notice;
    const definition = await deps.store.definitions.get(pathway, notice.version, client);
    const { dueAt, urgent } = told;
    return {
      ...{ pathway, template, dueAt, urgent, matter: `${notice.journey}/${notice.step}` },
      wording: wordingFor(rules, {
        ...{ pathway, template, audience: message.recipientKind },
        declared: definition.source.templates[template],
      }),
      values: valuesOf(message, notice, definition, told, link, calendar),
      ...(remark !== undefined && { remark }),
    };
  }

  return async function write(client, messages) {
    const keys = messages.flatMap(({ notices }) => notices.map(({ key }) => key));
    const told = await toldOf(client, keys);
    const ofDigests = messages.filter(({ kind }) => kind === 'digest').map(({ id }) => id);
    const digests = await digestContent(deps.store, client, ofDigests);
    const unread = await unreadFor(client, ofDigests);
    const calendar = compileCalendar(await deps.store.calendar(client));
    const standIn = await standInRemarks(deps, client, messages);
    const inForce = new Map<string, MessagingRules>();
    const rulesOf = async (district: string): Promise<MessagingRules> => {
      const rules = inForce.get(district) ?? (await messagingRules(client, district)).rules;
      inForce.set(district, rules);
      return rules;
    };
    const toResidents = [];
    for (const message of messages)
      if (message.kind === 'notice' && message.recipientKind === 'resident')
        toResidents.push({ ...message, linkValidFor: (await rulesOf(message.district)).linkValidFor });
    const links = await deps.links?.(client, toResidents);
    const written = new Map<string, Written>();
    for (const message of messages) {
      const { district, channel, locale, notices } = message;
      const rules = await rulesOf(district);
      if (message.kind === 'digest') {
        const content = digests.get(message.id);
        const unreadReplies = unread.get(message.id) ?? 0;
        const said = content && composeDigest(content, { channel, locale, rules, calendar, unreadReplies });
        if (said) written.set(message.id, { ...said, segments: segmentsOf(channel, said.text), extra: {} });
        continue;
      }
      const parts: MessagePart[] = [];
      for (const notice of notices) {
        const about = told.get(notice.key);
        const [link, remark] = [links?.get(notice.key), standIn(message, notice.key)];
        if (about) parts.push(await partOf(client, message, notice, about, rules, link, calendar, remark));
      }
      const said = compose(message, parts, rules);
      const unsubscribeUrl = links?.get(notices[0]?.key ?? '')?.unsubscribeUrl;
      const template = templateOf(said, message, rules);
      const extra: Extra = {
        ...(channel === 'email' && unsubscribeUrl !== undefined && { unsubscribeUrl }),
        ...(template && { template }),
      };
      const { subject, text } = said;
      written.set(message.id, {
        ...{ subject, text, extra },
        segments: segmentsOf(channel, text),
      });
    }
    return written;
  };
}
