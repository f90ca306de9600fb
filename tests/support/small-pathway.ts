import { definitionSourceSchema, type DefinitionSource } from '../../domain/definition/source.ts';
import { compileDefinition } from '../../domain/definition/compile.ts';

const t = (zh: string, en: string) => ({ zh, en });
const waiting = { owner: 'family-doctor', ladder: 'routine' } as const;

/** A pathway with every step kind, small enough to reason about: what the tests of the transition run on. */
export const smallSource: DefinitionSource = definitionSourceSchema.parse({
  pathway: 'small',
  title: t('小路径', 'Small pathway'),
  facts: {
    age: { type: 'int', from: 'resident.birthDate', unit: 'a' },
    sex: { type: 'enum', of: ['male', 'female'], from: 'resident.sex' },
    points: { type: 'int', min: 0, max: 10 },
    size: { type: 'double', min: 0, max: 100, unit: 'mm' },
    category: { type: 'enum', of: ['1', '2', '3', '4'] },
    recurrence: { type: 'bool' },
    pain: { type: 'int', min: 0, max: 10 },
    note: { type: 'string', optional: true },
  },
  anchors: { ct: { title: t('CT', 'CT') }, surgery: { title: t('手术', 'Surgery') } },
  ladders: {
    routine: {
      rungs: [
        { after: '-1d', tell: 'resident' },
        { after: '0wd', tell: 'owner' },
        { after: '3wd', tell: 'centre-manager' },
        { after: '5wd', tell: 'district-coordinator' },
      ],
      repeat: '7d',
    },
  },
  templates: { welcome: { subject: t('邀请', 'Invitation'), body: t('请来', 'Please come') } },
  stages: {
    screening: {
      title: t('初筛', 'Screening'),
      entry: ['invitation', 'questions'],
      steps: {
        invitation: {
          kind: 'notice',
          title: t('邀请', 'Invitation'),
          tell: 'resident',
          template: 'welcome',
          outcomes: { sent: { stay: true } },
        },
        questions: {
          kind: 'questionnaire',
          title: t('问卷', 'Questions'),
          ...waiting,
          due: { in: '14d' },
          records: ['points'],
          outcomes: {
            completed: [
              { when: 'points >= 4 && age >= 40', enter: 'referral' },
              { otherwise: { open: { questions: { in: '12mo' } } } },
            ],
            declined: { end: 'declined' },
            unreachable: { open: 'visit' },
            missed: { open: 'visit' },
          },
        },
        visit: {
          kind: 'task',
          title: t('家访', 'Home visit'),
          ...waiting,
          due: { in: '5wd' },
          outcomes: { done: { open: 'questions' }, unreachable: { end: 'lost-to-follow-up' } },
        },
      },
    },
    referral: {
      title: t('转诊', 'Referral'),
      steps: {
        'refer-up': {
          kind: 'referral',
          title: t('上转', 'Referral up'),
          owner: 'hospital-coordinator',
          ladder: 'routine',
          due: { in: '3wd' },
          expiresAfter: '10wd',
          outcomes: {
            accepted: { enter: 'imaging' },
            rejected: { open: 'review' },
            returned: { open: 'review' },
            expired: { open: 'review' },
          },
        },
        review: {
          kind: 'decision',
          title: t('复核', 'Review'),
          ...waiting,
          due: { in: '2wd' },
          options: { again: t('再转', 'Again'), stop: t('结束', 'Stop') },
          outcomes: { again: { open: 'refer-up' }, stop: { end: 'other-care' } },
        },
      },
    },
    imaging: {
      title: t('影像', 'Imaging'),
      steps: {
        'book-ct': {
          kind: 'booking',
          title: t('预约 CT', 'Book CT'),
          owner: 'hospital-coordinator',
          ladder: 'routine',
          due: { in: '10wd' },
          missedAfter: '2wd',
          service: 'low-dose-ct',
          outside: 'booking',
          outcomes: {
            attended: { marks: 'ct', open: 'read-ct' },
            missed: { open: 'book-ct' },
            cancelled: { open: 'book-ct' },
          },
        },
        'read-ct': {
          kind: 'result',
          title: t('读片', 'Read CT'),
          owner: 'radiologist',
          ladder: 'routine',
          due: { in: '24h' },
          records: ['category', 'size'],
          outcomes: {
            reported: [
              { when: "category == '4'", enter: 'treatment' },
              { otherwise: { open: ['interval-ct', 'watch'] } },
            ],
            inadequate: { open: 'book-ct' },
          },
        },
        'interval-ct': {
          kind: 'booking',
          title: t('间隔 CT', 'Interval CT'),
          owner: 'hospital-coordinator',
          ladder: 'routine',
          anchor: 'ct',
          lead: '30d',
          missedAfter: '5wd',
          due: [
            { when: "category == '2'", in: '6mo' },
            { when: "category == '3'", in: '3mo' },
            { otherwise: '12mo' },
          ],
          outcomes: {
            attended: { marks: 'ct', open: 'read-ct', cancel: 'watch' },
            missed: { open: { 'interval-ct': { in: '14d' } } },
            cancelled: { open: 'interval-ct' },
          },
        },
        watch: {
          kind: 'assessment',
          title: t('社区观察', 'Watch'),
          ...waiting,
          due: { in: '30d' },
          outcomes: {
            assessed: { open: { watch: { in: '60d' } } },
            missed: { open: { watch: { in: '30d' } } },
          },
        },
      },
    },
    treatment: {
      title: t('治疗', 'Treatment'),
      steps: {
        board: {
          kind: 'mdt',
          title: t('会诊', 'MDT'),
          owner: 'mdt-coordinator',
          ladder: 'routine',
          due: { in: '7d' },
          outcomes: { decided: { open: 'operate' }, deferred: { open: { board: { in: '7d' } } } },
        },
        operate: {
          kind: 'treatment',
          title: t('手术', 'Surgery'),
          owner: 'specialist',
          ladder: 'routine',
          due: { in: '14d' },
          outcomes: {
            completed: { marks: 'surgery', enter: 'follow-up' },
            stopped: { enter: 'palliative' },
            declined: { enter: 'palliative' },
            refused: { enter: 'palliative' },
          },
        },
      },
    },
    'follow-up': {
      title: t('随访', 'Follow-up'),
      steps: {
        visits: {
          kind: 'series',
          title: t('术后随访', 'Follow-up visits'),
          ...waiting,
          anchor: 'surgery',
          lead: '14d',
          missedAfter: '20wd',
          records: ['recurrence'],
          schedule: [
            { every: '6mo', until: '36mo' },
            { every: '12mo', until: '60mo' },
          ],
          outcomes: {
            done: [{ when: 'recurrence', enter: 'treatment' }, { otherwise: { next: true } }],
            missed: { next: true },
            finished: { end: 'completed' },
          },
        },
      },
    },
    palliative: {
      title: t('安宁疗护', 'Palliative care'),
      steps: {
        'pain-check': {
          kind: 'assessment',
          title: t('疼痛评估', 'Pain assessment'),
          owner: 'palliative-physician',
          ladder: 'routine',
          due: { in: '8h' },
          records: ['pain'],
          missedAfter: '1wd',
          outcomes: {
            assessed: [
              { when: 'pain >= 7', open: { 'pain-check': { in: '60min' } } },
              { otherwise: { open: { 'pain-check': { in: '7d' } } } },
            ],
            missed: { open: 'pain-check' },
            declined: { end: 'declined' },
          },
        },
      },
    },
  },
});

export const smallPathway = compileDefinition(smallSource, 1);
