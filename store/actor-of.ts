import type { Actor } from '../domain/model/event.ts';
import type { Caller } from './caller.ts';

/** @returns the caller as the log names whoever did something */
export const actorOf = (caller: Caller): Actor => ({ kind: 'staff', id: caller.staff, role: caller.role });
