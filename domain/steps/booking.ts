import { residentAsks } from '../model/message.ts';
import type { StepKind } from './kind.ts';

/** An appointment: booked, perhaps rebooked, then attended, missed or cancelled. */
export const booking: StepKind = {
  title: { zh: '预约', en: 'Booking' },
  timeout: 'missed',
  timeoutNeedsAppointment: true,
  asks: residentAsks,
  outcomes: {
    booked: { title: { zh: '已预约', en: 'Booked' }, required: false, interim: true, needsAppointment: true },
    rebooked: {
      title: { zh: '已改期', en: 'Rebooked' },
      required: false,
      interim: true,
      needsAppointment: true,
    },
    attended: { title: { zh: '已到检', en: 'Attended' }, required: true },
    missed: { title: { zh: '未到检', en: 'Missed' }, required: true },
    cancelled: { title: { zh: '已取消', en: 'Cancelled' }, required: true, needsReason: true },
    declined: { title: { zh: '居民拒绝', en: 'Declined by the resident' }, required: false },
  },
};
