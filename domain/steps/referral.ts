import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** A referral up to the hospital or back down: opened when it is sent, closed by the receiver's answer or by expiry. */
export const referral: StepKind = {
  title: { zh: '转诊', en: 'Referral' },
  timeout: 'expired',
  asks: residentAsks,
  outcomes: {
    accepted: { title: { zh: '已接收', en: 'Accepted' }, required: true },
    rejected: { title: { zh: '已拒绝', en: 'Rejected' }, required: true, needsReason: true },
    returned: {
      title: { zh: '退回并附建议', en: 'Returned with advice' },
      required: true,
      needsReason: true,
    },
    expired: { title: { zh: '逾期未答复', en: 'Expired' }, required: true },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: false },
  },
};
