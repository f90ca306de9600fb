import type { z } from '@hono/zod-openapi';
import type { NoticeView } from '../store/messages/notice-view.ts';
import { noticesOf, type TimelineEntry } from '../store/timeline.ts';
import { noticeView, type NoticeTelling } from './notice-view.ts';
import { iso } from './schemas/common.ts';
import type { timelineEntry } from './schemas/journey.ts';

type Fields = Record<string, unknown>;

const isInstant = (name: string, value: unknown): value is number =>
  typeof value === 'number' && (name === 'until' || name.endsWith('At'));

/** @returns the same with its instants as texts: inside they are milliseconds, outside nobody reads those */
function told(fields: object): Fields {
  return Object.fromEntries(
    Object.entries(fields as Fields).map(([name, value]) => {
      if (isInstant(name, value)) return [name, iso(value)];
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name, value];
      // Facts are the definition's own words: `stoppedAt` may be a number of cigarettes.
      if (name === 'facts' || name === 'parameters' || name === 'request') return [name, value];
      if (name === 'anchors')
        return [name, Object.fromEntries(Object.entries(value as Record<string, unknown>).map(anchor))];
      return [name, told(value)];
    }),
  );
}

const anchor = ([name, at]: [string, unknown]): [string, unknown] => [
  name,
  typeof at === 'number' ? iso(at) : at,
];

/** @returns an entry of the log as the API shows it, with what became of the notices that it called for */
export function timelineView(
  entry: TimelineEntry,
  notices: ReadonlyMap<string, NoticeView>,
  telling: NoticeTelling,
): z.infer<typeof timelineEntry> {
  const { id: event, by, kind, ...content } = entry.event;
  return {
    seq: entry.seq,
    event,
    kind,
    actor: {
      kind: by.kind,
      id: by.kind === 'staff' ? by.id : by.kind === 'outside' ? by.system : null,
      role: by.kind === 'staff' ? by.role : null,
    },
    happenedAt: iso(entry.happenedAt),
    learnedAt: iso(entry.at),
    content: told(content),
    effects: entry.effects.map((effect) => ({ ...told(effect), kind: effect.kind })),
    notices: noticesOf(entry).flatMap((key) => {
      const notice = notices.get(key);
      return notice ? [noticeView(notice, telling)] : [];
    }),
    release: entry.programRelease,
    calendar: entry.calendarVersion,
    definitionVersion: entry.definitionVersion,
  };
}
