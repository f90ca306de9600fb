import { definitionSourceSchema, type DefinitionSource } from '../../domain/definition/source.ts';

const t = (zh: string, en: string) => ({ zh, en });

/**
 * One step whose ladder has every kind of rung, due on 12 February 2026 for who is enrolled on 29 January: resident,
 * owner, manager and district have their turns before, in and after the Spring Festival.
 */
export const festivalSource: DefinitionSource = definitionSourceSchema.parse({
  pathway: 'festival',
  title: t('春节', 'Spring Festival'),
  facts: {},
  anchors: {},
  ladders: {
    whole: {
      rungs: [
        { after: '-3d', tell: 'resident', template: 'before' },
        { after: '0wd', tell: 'resident', template: 'overdue' },
        { after: '2wd', tell: 'owner' },
        { after: '5d', tell: 'resident', template: 'again' },
        { after: '3wd', tell: 'centre-manager', urgent: true },
        { after: '5wd', tell: 'district-coordinator', urgent: true },
      ],
      repeat: '2wd',
    },
  },
  templates: Object.fromEntries(
    ['start', 'before', 'overdue', 'again'].map((name) => [
      name,
      { subject: t(name, name), body: t(name, name), sms: t(name, name), validFor: '14d' },
    ]),
  ),
  stages: {
    only: {
      title: t('唯一', 'Only'),
      entry: ['invitation', 'visit'],
      steps: {
        invitation: {
          kind: 'notice',
          title: t('邀请', 'Invitation'),
          tell: 'resident',
          template: 'start',
          outcomes: { sent: { stay: true } },
        },
        visit: {
          kind: 'task',
          title: t('家访', 'Home visit'),
          owner: 'family-doctor',
          ladder: 'whole',
          due: { in: '14d' },
          outcomes: { done: { end: 'completed' } },
        },
      },
    },
  },
});
