import type { ResidentAnswerKind, ResidentAsk } from '../../domain/model/message.ts';
import type { Locale } from '../../domain/model/localized.ts';
import type { StepKindName } from '../../domain/steps/kind.ts';

/** The language as a page names it in its `lang`. */
export const htmlLang: Readonly<Record<Locale, string>> = { zh: 'zh-CN', en: 'en' };

const zh = {
  title: '请您答复',
  hello: (who: string) => `${who}，您好`,
  appointment: '您有一个预约，请按时前来。',
  questionnaire: '请您来完成一份健康问卷。',
  visit: '有一件与您的健康有关的事，请您来一趟。',
  facts: '时间和地点',
  when: '时间',
  by: '请在此日期前',
  where: '地点',
  phone: '电话',
  bring: '请携带',
  asks: '您能来吗？',
  change: '想改一下答复？',
  confirm: '我会来',
  'another-time': '想换个时间',
  'done-elsewhere': '已在别处做过',
  'do-not-contact': '请不要再联系我',
  said: (at: string, answer: string) => `您在${at}答复：${answer}。我们已经记下。`,
  next: {
    confirmed: '谢谢，到时见。如果有变，可以在这里改，或打上面的电话。',
    'another-time': '我们会联系您，另约时间。',
    'done-elsewhere': '谢谢告知，医生会和您核实。',
    'do-not-contact': '我们不再给您发消息。您的医生已经知道。',
  },
  optional: '（可以不填）',
  anotherTimeTitle: '您想换个时间',
  anotherTimeLabel: '什么时间方便？',
  anotherTimeHint: '例如“周三下午”。不写也可以，我们会打电话和您商量。',
  doneElsewhereTitle: '您已在别处做过',
  doneElsewhereLabel: '在哪里、什么时候做的？',
  doneElsewhereHint: '例如“上个月在区医院”。不写也可以。',
  noteTooLong: (most: number, now: number) => `最多写 ${most} 个字，现在是 ${now} 个字，请写短一些。`,
  wrong: '请改正：',
  send: '发送',
  back: '返回',
  stopTitle: '真的不要再联系您吗？',
  stopMeans: [
    '我们不再给您发短信和邮件，也不再提醒您。',
    '您的健康服务照常进行，不会因此停止；您的医生会知道您的意愿。',
    '以后想恢复提醒，可以再打开这个链接，或打电话告诉我们。',
  ],
  stopYes: '是的，不要再联系我',
  stopped: '按您的意愿，我们不再给您发消息。您的健康服务照常进行。',
  resume: '请恢复给我发提醒',
  resumed: '按您的意愿，我们会继续提醒您。',
  settled: '这件事已经办结',
  settledBody: '不需要您再答复。如有疑问，请打电话问一问。',
  expired: '这个链接已经过期',
  expiredBody: '现在不能在这里答复了。需要改时间或有疑问，请打电话。',
  incomplete: '这个链接不完整',
  incompleteBody:
    '请回到短信或邮件里再点一次，或把整个链接完整地复制过来。也可以打电话问您的社区卫生服务中心。',
  tooMany: '操作太频繁',
  tooManyBody: '请过几分钟再试，或打电话给您的社区卫生服务中心。',
  unavailable: '暂时打不开',
  unavailableBody: '请过几分钟再试。如果着急，请打电话给您的社区卫生服务中心。',
  notTaken: '没有记下您的答复',
  notTakenBody: '现在不能在这里答复，请打电话告诉我们。',
  call: '请拨打',
  unsubscribeTitle: '不再接收邮件',
  unsubscribeBody: '之后我们不再给您发邮件。您的健康服务照常进行，需要时会用别的方式通知您。',
  unsubscribeYes: '不再给我发邮件',
  unsubscribed: '已经记下：我们不再给您发邮件。您的健康服务照常进行，需要时会用别的方式通知您。',
  resubscribe: '还是给我发邮件',
  urgent: '如果身体明显不适，请不要等待，直接就医或拨打 120。',
};

type Words = typeof zh;

const en: Words = {
  title: 'Please answer',
  hello: (who) => `Hello, ${who}`,
  appointment: 'You have an appointment. Please come on time.',
  questionnaire: 'Please come and fill in a health questionnaire.',
  visit: 'There is something to be done for your health. Please come and see us.',
  facts: 'When and where',
  when: 'When',
  by: 'Please come by',
  where: 'Where',
  phone: 'Telephone',
  bring: 'Please bring',
  asks: 'Can you come?',
  change: 'Would you like to change your answer?',
  confirm: 'I will come',
  'another-time': 'I would like another time',
  'done-elsewhere': 'I have had it done elsewhere',
  'do-not-contact': 'Please do not contact me again',
  said: (at, answer) => `Your answer of ${at}: “${answer}”. We have noted it.`,
  next: {
    confirmed: 'Thank you, see you then. If anything changes, say so here or call the number above.',
    'another-time': 'We will contact you and find another time.',
    'done-elsewhere': 'Thank you for telling us. Your doctor will ask you about it.',
    'do-not-contact': 'We will send you no more messages. Your doctor knows.',
  },
  optional: '(you may leave this empty)',
  anotherTimeTitle: 'You would like another time',
  anotherTimeLabel: 'What time would suit you?',
  anotherTimeHint: 'For example “Wednesday afternoon”. If you leave it empty, we will call you.',
  doneElsewhereTitle: 'You have had it done elsewhere',
  doneElsewhereLabel: 'Where and when was that?',
  doneElsewhereHint: 'For example “last month at the district hospital”. You may leave it empty.',
  noteTooLong: (most, now) => `At most ${most} characters, please. You have written ${now}.`,
  wrong: 'Please correct: ',
  send: 'Send',
  back: 'Back',
  stopTitle: 'Shall we really not contact you again?',
  stopMeans: [
    'We will send you no more text messages and emails, and no reminders.',
    'Your care goes on and does not end because of this; your doctor will know what you wish.',
    'If you want reminders again later, open this link once more, or call us.',
  ],
  stopYes: 'Yes, do not contact me again',
  stopped: 'As you wished, we send you no more messages. Your care goes on.',
  resume: 'Please send me reminders again',
  resumed: 'As you wished, we will go on reminding you.',
  settled: 'This matter is settled',
  settledBody: 'You need not answer any more. If you have a question, please call.',
  expired: 'This link has expired',
  expiredBody: 'You can no longer answer here. If you need another time or have a question, please call.',
  incomplete: 'This link is not complete',
  incompleteBody:
    'Please go back to the message and follow the link again, or copy all of it. You can also call your community health centre.',
  tooMany: 'Too many attempts',
  tooManyBody: 'Please try again in a few minutes, or call your community health centre.',
  unavailable: 'This does not work just now',
  unavailableBody: 'Please try again in a few minutes. If it is urgent, call your community health centre.',
  notTaken: 'Your answer was not taken',
  notTakenBody: 'You cannot answer here now. Please call us.',
  call: 'Please call',
  unsubscribeTitle: 'No more email',
  unsubscribeBody:
    'We will send you no more email. Your care goes on, and we will reach you in another way when needed.',
  unsubscribeYes: 'Send me no more email',
  unsubscribed:
    'We have noted it: no more email for you. Your care goes on, and we will reach you in another way when needed.',
  resubscribe: 'Send me email after all',
  urgent: 'If you feel seriously unwell, do not wait: go to a hospital or call 120.',
};

/** What the pages say. Nothing of a pathway or a finding: whoever holds the telephone may read it. */
export const words: Readonly<Record<Locale, Words>> = { zh, en };

export const askOf: Readonly<Record<Exclude<ResidentAnswerKind, 'do-not-contact'>, ResidentAsk>> = {
  confirmed: 'confirm',
  'another-time': 'another-time',
  'done-elsewhere': 'done-elsewhere',
};

/** @returns the answer as its button names it */
export const answerText = (answer: ResidentAnswerKind, locale: Locale): string =>
  words[locale][answer === 'confirmed' ? 'confirm' : answer];

/** @returns what it is about, in words that say nothing of what somebody is examined for */
export function matterOf(kind: StepKindName | undefined, hasAppointment: boolean, locale: Locale): string {
  const say = words[locale];
  if (hasAppointment) return say.appointment;
  return kind === 'questionnaire' ? say.questionnaire : say.visit;
}
