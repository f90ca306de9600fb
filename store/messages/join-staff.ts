import type { Channel } from '../../domain/model/message.ts';
import { rows, type Queryable } from '../sql.ts';
import type { JoinedMessage, PlannedMessage, PlannedRows } from './planned-rows.ts';

/** A message to a member of staff that nobody has claimed or written. */
interface Waiting {
  readonly id: string;
  readonly recipient: string;
  readonly channel: Channel;
  readonly address: string;
}

/** One that is being claimed this moment is not waited for: then there is another message. */
const waitingMessages = `
  select m.id, m.recipient_id as recipient, m.channel, m.address
  from message m
  where m.recipient_id = any($1::uuid[]) and m.recipient_kind = 'staff' and m.kind = 'notice' and m.status = 'queued'
    and m.text is null
  order by m.id for update skip locked`;

const placeOf = ({ recipient, channel, address }: Omit<Waiting, 'id'>): string =>
  `${recipient}/${channel}/${address}`;

/** What a member of staff is told at the same moment is one message, and goes along with one that still waits. */
export async function joinStaffMessages(client: Queryable, planned: PlannedRows): Promise<PlannedRows> {
  const isNotice = (one: PlannedMessage): boolean => one.recipientKind === 'staff' && one.kind === 'notice';
  const groups = Map.groupBy(planned.messages.filter(isNotice), placeOf);
  if (groups.size === 0) return planned;
  const recipients = [...new Set([...groups.values()].flat().map(({ recipient }) => recipient))];
  const waiting = await rows<Waiting>(client, 'plan-waiting-staff', waitingMessages, [recipients]);
  const open = new Map(waiting.map((one) => [placeOf(one), one]));
  const messages = planned.messages.filter((one) => !isNotice(one));
  const joined: JoinedMessage[] = [...planned.joined];
  for (const [place, [first, ...others]] of groups) {
    if (!first) continue;
    const all = [first, ...others];
    const merged = {
      notices: [...new Set(all.flatMap(({ notices }) => notices))],
      urgent: all.some(({ urgent }) => urgent),
    };
    const into = open.get(place);
    if (into) joined.push({ id: into.id, channel: into.channel, recipient: into.recipient, ...merged });
    else messages.push({ ...first, ...merged });
  }
  return { messages, joined, changes: planned.changes };
}
