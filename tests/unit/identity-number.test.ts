import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIdentityNumber, makeIdentityNumber } from '../../domain/resident/identity-number.ts';

describe('identity numbers, GB 11643-1999', () => {
  // The standard's own examples, and a leap day of a synthetic person.
  it.each([
    ['11010519491231002X', '1949-12-31', 'female'],
    ['11010519491231002x', '1949-12-31', 'female'],
    ['440524188001010014', '1880-01-01', 'male'],
    ['990101200002290011', '2000-02-29', 'male'],
  ])('%s is valid', (value, birthDate, sex) => {
    expect(checkIdentityNumber(value)).toEqual({ valid: true, value: value.toUpperCase(), birthDate, sex });
  });

  it.each([
    ['110105194912310021', 'checkDigit'],
    ['11010519491331002X', 'date'],
    ['11010519490229002X', 'date'],
    ['11010519000229002X', 'date'],
    ['11010519491200002X', 'date'],
    ['11010517991231002X', 'date'],
    ['1101051949123100', 'length'],
    ['110105491231002', 'length'],
    ['11010519491231002XX', 'length'],
    ['', 'length'],
    ['1101051949123100XX', 'characters'],
    ['11010519491231002Y', 'characters'],
    ['X1010519491231002X', 'characters'],
    ['１1010519491231002X', 'characters'],
    ['11010519491231002\n', 'characters'],
  ])('%j is not: %s', (value, reason) => {
    expect(checkIdentityNumber(value)).toEqual({ valid: false, reason });
  });

  const dates = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const synthetic = fc.tuple(
    fc.integer({ min: 990000, max: 999999 }),
    dates,
    fc.integer({ min: 0, max: 999 }),
  );

  it('reads back what it makes', () => {
    fc.assert(
      fc.property(synthetic, ([area, birthDate, sequence]) => {
        const value = makeIdentityNumber(String(area), birthDate, sequence);
        const sex = sequence % 2 === 1 ? 'male' : 'female';
        expect(checkIdentityNumber(value)).toEqual({ valid: true, value, birthDate, sex });
      }),
    );
  });

  it('finds any one digit changed', () => {
    fc.assert(
      fc.property(
        synthetic,
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        ([area, birthDate, sequence], place, shift) => {
          const value = makeIdentityNumber(String(area), birthDate, sequence);
          const digit = (Number(value[place]) + shift) % 10;
          const changed = `${value.slice(0, place)}${digit}${value.slice(place + 1)}`;
          expect(checkIdentityNumber(changed).valid).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['99010', '1960-01-01', 1],
    ['990101', '1960-02-30', 1],
    ['990101', '19600101', 1],
    ['990101', '1960-01-01', 1000],
    ['990101', '1960-01-01', -1],
    ['990101', '1960-01-01', 1.5],
  ])('does not make %s %s %d', (area, birthDate, sequence) => {
    expect(() => makeIdentityNumber(area, birthDate, sequence)).toThrow(RangeError);
  });
});
