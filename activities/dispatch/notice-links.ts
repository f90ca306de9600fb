import { type ResidentAsk, residentAsks } from '../../domain/model/message.ts';
import type { LinkSigner } from '../../messaging/answer-link.ts';
import { issueLinks } from '../../store/answer-links.ts';
import type { ComposeDeps, NoticeLink } from './compose.ts';

const unitMs = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** @param text such as `14d`, as the rules of a district have it */
const lengthMs = (text: string): number =>
  Number(text.slice(0, -1)) * unitMs[text.slice(-1) as keyof typeof unitMs];

const isAsk = (text: string): text is ResidentAsk => residentAsks.some((ask) => ask === text);

/**
 * @returns what issues the links of messages to residents in one statement: one for each notice that asks for something; in an email
 *   for every notice, because it must be possible to ask for no more of them
 */
export function createNoticeLinks(signer: LinkSigner): NonNullable<ComposeDeps['links']> {
  return async (client, messages) => {
    const issued = await issueLinks(
      client,
      messages.flatMap(({ id, channel, recipient, notices, linkValidFor }) => {
        const expiresAt = Date.now() + lengthMs(linkValidFor);
        return notices
          .filter(({ asks }) => channel === 'email' || asks.length > 0)
          .map(({ key, journey, step, asks }) => ({
            ...{ noticeKey: key, journey, step, resident: recipient, message: id, expiresAt },
            asks: asks.filter(isAsk),
          }));
      }),
    );
    return new Map(
      [...issued].map(([key, link]): [string, NoticeLink] => [
        key,
        {
          url: signer.url(link.id, link.expiresAt),
          unsubscribeUrl: signer.unsubscribeUrl(link.id, link.expiresAt),
        },
      ]),
    );
  };
}
