// GB 11643-1999: six digits of area, eight of the birth date, three of sequence (odd for men), and a check
// character by ISO 7064 MOD 11-2.
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';

/** Nobody alive was born earlier; a year before it is a slip of the pen. */
const earliestBirthYear = 1800;

export type IdentityNumberReason = 'length' | 'characters' | 'date' | 'checkDigit';

export type IdentityNumberCheck =
  | {
      readonly valid: true;
      /** The number with an upper-case X. */
      readonly value: string;
      /** `YYYY-MM-DD`. */
      readonly birthDate: string;
      readonly sex: 'male' | 'female';
    }
  | { readonly valid: false; readonly reason: IdentityNumberReason };

function checkCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, place) => total + weight * Number(first17[place]), 0);
  return checkCharacters[sum % 11] ?? '';
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/**
 * Checks a resident identity number: its length, its characters, its birth date, its check character.
 * Whether the area code is assigned is not asked, so that synthetic people (99xxxx) pass; a birth date in the
 * future passes too, since nothing here knows today.
 *
 * @returns birth date and sex when valid, and otherwise the first reason why not
 */
export function checkIdentityNumber(value: string): IdentityNumberCheck {
  if (value.length !== 18) return { valid: false, reason: 'length' };
  if (!/^[0-9]{17}[0-9Xx]$/.test(value)) return { valid: false, reason: 'characters' };
  const [year, month, day] = [value.slice(6, 10), value.slice(10, 12), value.slice(12, 14)] as const;
  if (Number(year) < earliestBirthYear || !isCalendarDate(Number(year), Number(month), Number(day))) {
    return { valid: false, reason: 'date' };
  }
  const upper = value.toUpperCase();
  if (checkCharacter(upper) !== upper[17]) return { valid: false, reason: 'checkDigit' };
  return {
    valid: true,
    value: upper,
    birthDate: `${year}-${month}-${day}`,
    sex: Number(upper[16]) % 2 === 1 ? 'male' : 'female',
  };
}

/**
 * Makes the number of a synthetic person, with a right check character. Use an unassigned area (99xxxx), so that
 * no real person is hit.
 *
 * @param areaCode six digits
 * @param birthDate `YYYY-MM-DD`
 * @param sequence 0–999, odd for men and even for women
 * @throws RangeError when a part does not fit
 */
export function makeIdentityNumber(areaCode: string, birthDate: string, sequence: number): string {
  if (!/^[0-9]{6}$/.test(areaCode)) throw new RangeError(`area code "${areaCode}" must be six digits`);
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > 999) {
    throw new RangeError(`sequence ${sequence} must be a whole number of 0–999`);
  }
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(birthDate)) {
    throw new RangeError(`birth date "${birthDate}" must be written YYYY-MM-DD`);
  }
  const first17 = `${areaCode}${birthDate.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  const made = `${first17}${checkCharacter(first17)}`;
  if (!checkIdentityNumber(made).valid) throw new RangeError(`birth date "${birthDate}" is not a date`);
  return made;
}
