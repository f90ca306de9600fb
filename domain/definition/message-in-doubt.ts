import { say } from '../model/localized.ts';
import { centreTask } from './centre-task.ts';

/** No definition may use its name. */
export const messageInDoubtId = 'message-in-doubt';

/**
 * Opened when nobody knows whether a message has arrived, and nobody can be asked: a program that sent it again might
 * tell somebody twice, one that did not might tell nobody, so a person finds out. It is a step and no mere warning,
 * because a step has an owner, a deadline and a ladder, and stands in worklist and digest.
 */
// Confirm: the next working day is a proposal; what was told may be about an appointment.
export const messageInDoubt = centreTask(
  messageInDoubtId,
  say('确认消息是否送达', 'Find out whether a message has arrived'),
  '1wd',
  {
    'told-otherwise': say('已另行告知', 'Told in another way'),
    'sent-again': say('已重新发送', 'Sent again'),
    'not-needed': say('无需处理', 'Not needed any more'),
  },
);
