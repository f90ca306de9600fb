import { definitionSourceSchema, type DefinitionSource } from '../../domain/definition/source.ts';

const t = (zh: string, en: string) => ({ zh, en });

/** A pathway that goes round in minutes, so that deadlines fall due while processes are killed, and never ends. */
export const crashSource: DefinitionSource = definitionSourceSchema.parse({
  pathway: 'crash',
  title: t('崩溃试验', 'Crash test'),
  facts: { note: { type: 'string', optional: true } },
  ladders: {
    quick: {
      rungs: [
        { after: '0min', tell: 'resident' },
        { after: '1min', tell: 'owner' },
        { after: '2min', tell: 'centre-manager' },
        { after: '3min', tell: 'district-coordinator' },
      ],
      repeat: '1h',
    },
  },
  stages: {
    round: {
      title: t('循环', 'Round'),
      entry: ['call', 'check'],
      steps: {
        call: {
          kind: 'task',
          title: t('电话', 'Call'),
          owner: 'family-doctor',
          due: { in: '1min' },
          ladder: 'quick',
          outcomes: { done: { open: 'book' } },
        },
        book: {
          kind: 'booking',
          title: t('预约', 'Booking'),
          owner: 'hospital-coordinator',
          due: { in: '1min' },
          ladder: 'quick',
          outside: 'booking',
          missedAfter: '1min',
          outcomes: { attended: { open: 'call' }, missed: { open: 'call' }, cancelled: { open: 'call' } },
        },
        check: {
          kind: 'assessment',
          title: t('评估', 'Assessment'),
          owner: 'family-doctor',
          due: { in: '1min' },
          ladder: 'quick',
          missedAfter: '1min',
          outcomes: { assessed: { open: { check: { in: '1min' } } }, missed: { open: 'check' } },
        },
      },
    },
  },
});
