import { z } from 'zod';
import { checkIdentityNumber } from '../../domain/resident/identity-number.ts';
import { defineModel } from '../../domain/risk/model.ts';

/** Checks a resident identity number; a wrong one is a result with its reason, not an error. */
export const residentId = defineModel({
  id: 'residentId',
  title: { zh: '居民身份号码校验', en: 'Resident identity number' },
  source: 'GB 11643-1999; ISO 7064 MOD 11-2',
  confirm: [],
  input: z.strictObject({ value: z.string() }),
  defaults: {},
  compute({ value }) {
    const check = checkIdentityNumber(value);
    return {
      result: check.valid ? { valid: true, birthDate: check.birthDate, sex: check.sex } : check,
    };
  },
});
