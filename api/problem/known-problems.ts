import { say, type Localized } from '../../domain/model/localized.ts';
import type { Refusal } from '../../domain/model/refusal.ts';
import { roleDescriptions, type StaffRole } from '../../domain/model/role.ts';
import { Problem, type FieldProblem, type ProblemInit } from './problem.ts';

const refusedTitle = say('规则不接受此操作', 'The rules do not accept this');

/** Refusals about what was sent, not about how the journey stands: sending the same again later will not help. */
const aboutTheInput: readonly Refusal['refused'][] = [
  'StageUnknown',
  'FactUnknown',
  'FactInvalid',
  'FactMissing',
  'AnchorUnknown',
  'AnchorMissing',
  'ReasonRequired',
  'AppointmentRequired',
  'InTheFuture',
  'InThePast',
  'TooLong',
  'EndingUnknown',
];

/** @returns 422 when the input is at fault, 409 when the journey stands otherwise */
export const refused = (refusal: Refusal): Problem =>
  new Problem({
    status: aboutTheInput.includes(refusal.refused) ? 422 : 409,
    code: refusal.refused,
    title: refusedTitle,
    detail: refusal.message,
    ...(refusal.accepted && { accepted: refusal.accepted }),
    ...(refusal.field !== undefined && { field: refusal.field }),
  });

export const notFound = (what: Localized): Problem =>
  new Problem({
    status: 404,
    code: 'NotFound',
    title: say('找不到', 'Not found'),
    detail: say(
      `找不到该${what.zh}，或不在您的权限范围内。`,
      `There is no such ${what.en} within what you may see.`,
    ),
  });

export const forbidden = (roles: readonly StaffRole[]): Problem =>
  new Problem({
    status: 403,
    code: 'NotYours',
    title: say('您无权执行此操作', 'You may not do this'),
    detail: say(
      `此操作可由以下人员执行：${roles.map((role) => roleDescriptions[role].title.zh).join('、')}。`,
      `This may be done by: ${roles.map((role) => roleDescriptions[role].title.en).join(', ')}.`,
    ),
    mayBeDoneBy: roles.map((role) => ({ role, title: roleDescriptions[role].title })),
  });

/** The role would do, at the organisation whose pool it is. */
export const forbiddenHere = (): Problem =>
  new Problem({
    status: 403,
    code: 'NotYours',
    title: say('您无权执行此操作', 'You may not do this'),
    detail: say(
      '此操作由号池所在的机构或区协调员执行。',
      'This is done by the organisation of the pool, or the district coordinator.',
    ),
  });

export const administratorsOnly = (): Problem =>
  new Problem({
    status: 403,
    code: 'NotYours',
    title: say('您无权执行此操作', 'You may not do this'),
    detail: say('此操作只能由管理员执行。', 'This may be done by administrators only.'),
    mayBeDoneBy: [{ role: 'administrator', title: say('管理员', 'Administrator') }],
  });

export const unauthenticated = (code: string, detail: Localized): Problem =>
  new Problem({
    status: 401,
    code,
    title: say('需要登录', 'Sign in first'),
    detail,
    headers: { 'WWW-Authenticate': code === 'TokenMissing' ? 'Bearer' : 'Bearer error="invalid_token"' },
  });

export const badRequest = (code: string, detail: Localized, errors?: readonly FieldProblem[]): Problem =>
  new Problem({
    status: 400,
    code,
    title: say('请求有误', 'The request is not right'),
    detail,
    ...(errors && { errors }),
  });

/** The body is well formed, and one of its fields cannot be right. */
export const unprocessable = (field: string, detail: Localized, accepted?: readonly string[]): Problem =>
  new Problem({
    status: 422,
    code: 'FieldInvalid',
    title: say('内容有误', 'The content is not right'),
    detail,
    field,
    ...(accepted && { accepted }),
  });

export const tooLarge = (bytes: number): ProblemInit => ({
  status: 413,
  code: 'TooLarge',
  title: say('内容过大', 'Too large'),
  detail: say(`请求内容不得超过 ${bytes} 字节。`, `The body may have ${bytes} bytes at most.`),
});

export const unavailable = (retryAfterSeconds: number): ProblemInit => ({
  status: 503,
  code: 'Unavailable',
  title: say('暂时不可用', 'Not available now'),
  detail: say(
    '数据库暂时无法及时答复。请稍后用同一个 Idempotency-Key 重试；未确认的操作重试不会重复执行。',
    'The database does not answer in time. Try again shortly with the same Idempotency-Key: what was not acknowledged can be sent again and is done once.',
  ),
  headers: { 'Retry-After': String(retryAfterSeconds) },
});

export const unexpected: ProblemInit = {
  status: 500,
  code: 'Unexpected',
  title: say('程序出错', 'The program failed'),
  detail: say(
    '这是程序的错误，已记入日志；请把下面的请求编号告诉维护人员。',
    'This is a fault of the program and has been logged; give the id of the request below to whoever runs it.',
  ),
};
