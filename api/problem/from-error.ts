import { HTTPException } from 'hono/http-exception';
import { say, type Localized } from '../../domain/model/localized.ts';
import { CursorInvalid } from '../../store/cursor.ts';
import {
  AnotherJourneyOpen,
  Conflict,
  EventIdReused,
  NotFound,
  StateTooNew,
  StoreUnavailable,
} from '../../store/errors.ts';
import { PlacesTaken } from '../../store/slots/places-taken.ts';
import { SlotRefused } from '../../store/slots/appointment.ts';
import { slotRefused } from './slot-refused.ts';
import { notFound, unavailable, unexpected } from './known-problems.ts';
import { Problem, type ProblemInit } from './problem.ts';

/** Names of what the store looks for. */
const things: Readonly<Record<string, Localized>> = {
  journey: say('旅程', 'journey'),
  resident: say('居民', 'resident'),
  pathway: say('路径', 'pathway'),
  definition: say('路径定义', 'definition'),
  centre: say('社区中心', 'centre'),
  organisation: say('机构', 'organisation'),
  appointment: say('预约', 'appointment'),
  'waiting-list entry': say('候补', 'entry of a waiting list'),
};

/** The store says everything in both languages, Chinese first. */
function bilingual(message: string): Localized {
  const cut = /[。！？）]\s*(?=[A-Z])/u.exec(message);
  if (!cut) return say(message, message);
  const end = cut.index + 1;
  return say(message.slice(0, end), message.slice(end).trim());
}

/** @returns what the caller is told of an error; of one that nobody expected, nothing but the request's id */
export function problemOf(error: unknown): ProblemInit {
  if (error instanceof Problem) return error.init;
  if (error instanceof StoreUnavailable) return unavailable(error.retryAfterSeconds);
  if (error instanceof NotFound) return notFound(things[error.what] ?? say(error.what, error.what)).init;
  if (error instanceof EventIdReused)
    return {
      status: 422,
      code: 'IdempotencyKeyReused',
      title: say('Idempotency-Key 已用过', 'The Idempotency-Key was used before'),
      detail: say(
        '此 Idempotency-Key 已用于另一内容；新的操作请使用新的标识。',
        'This Idempotency-Key was used before with another body; use a new one for a new command.',
      ),
    };
  if (error instanceof Conflict)
    return {
      status: 409,
      code: error instanceof AnotherJourneyOpen ? 'AnotherJourneyOpen' : 'Conflict',
      title: say('与现有记录冲突', 'In conflict with the records'),
      detail: bilingual(error.message),
    };
  if (error instanceof SlotRefused) return slotRefused(error);
  if (error instanceof PlacesTaken)
    return {
      status: 409,
      code: 'PlacesTaken',
      title: say('已有人约了这些号', 'Somebody has a place there'),
      detail: error.localized,
    };
  if (error instanceof CursorInvalid)
    return {
      status: 400,
      code: 'CursorInvalid',
      title: say('请求有误', 'The request is not right'),
      detail: bilingual(error.message),
      field: 'after',
    };
  if (error instanceof StateTooNew)
    return { ...unavailable(10), code: 'ReleaseTooOld', detail: bilingual(error.message) };
  if (error instanceof HTTPException && error.status === 415) return unsupportedMedia;
  if (error instanceof HTTPException && error.status < 500)
    return {
      status: error.status,
      code: 'BadRequest',
      title: say('请求有误', 'The request is not right'),
      detail: say(`请求无法读取：${error.message}`, `The request cannot be read: ${error.message}`),
    };
  return unexpected;
}

export const unsupportedMedia: ProblemInit = {
  status: 415,
  code: 'MediaTypeUnsupported',
  title: say('内容类型不支持', 'Media type not supported'),
  detail: say(
    '请以 JSON 发送，并注明 Content-Type: application/json；路径定义也可用 application/yaml。',
    'Send JSON with Content-Type: application/json; a definition may also come as application/yaml.',
  ),
};

export const wrongMethod = (method: string, allowed: readonly string[]): ProblemInit => ({
  status: 405,
  code: 'MethodNotAllowed',
  title: say('请求方法不支持', 'Method not allowed'),
  detail: say(
    `此地址不支持 ${method}，可用：${allowed.join('、')}。`,
    `This address does not take ${method}; it takes ${allowed.join(', ')}.`,
  ),
  accepted: allowed,
  headers: { Allow: allowed.join(', ') },
});
