import { describe, expect, it } from 'vitest';
import {
  refuseAbsence,
  warnOfAbsence,
  type AbsentDays,
  type Given,
  type NamedColleague,
} from '../../../domain/staff/check-absence.ts';

const someone = (id: string, more: Partial<NamedColleague> = {}): NamedColleague => ({
  ...{ id, name: `人${id}`, role: 'family-doctor', place: 'C0', level: 'centre', district: 'D' },
  ...{ deputy: null, active: true },
  ...more,
});
const colleagues = [
  someone('a'),
  someone('b', { deputy: 'a' }),
  someone('c', { deputy: 'b' }),
  someone('gone', { active: false }),
  someone('nurse', { role: 'centre-nurse' }),
  someone('elsewhere', { district: 'E', place: 'C9' }),
  someone('next-door', { place: 'C1' }),
  someone('manager', { role: 'centre-manager' }),
];
const days = (staff: string, from: string, until: string, deputy: string | null = null): AbsentDays => ({
  ...{ staff, from: `2026-01-${from}`, until: `2026-01-${until}`, deputy },
});
const given = (asked: AbsentDays, others: readonly AbsentDays[] = []): Given => ({
  ...{ asked, others, colleagues, today: '2026-01-05' },
});

describe('an absence', () => {
  it.each<[string, AbsentDays, AbsentDays[], string | undefined, RegExp | undefined]>([
    ['of one day', days('a', '05', '05'), [], undefined, undefined],
    ['that began before', { ...days('a', '01', '05'), from: '2025-12-20' }, [], undefined, undefined],
    ['that ends before it begins', days('a', '09', '08'), [], 'AbsenceEndsBeforeItBegins', /same day twice/u],
    ['that is over', days('a', '01', '04'), [], 'AbsenceOver', /from today on/u],
    ['of 366 days', { ...days('a', '05', '05'), until: '2027-01-05' }, [], undefined, undefined],
    [
      'of 367 days',
      { ...days('a', '05', '05'), until: '2027-01-06' },
      [],
      'AbsenceTooLong',
      /until 2027-01-05/u,
    ],
    [
      'that shares a day',
      days('a', '09', '12'),
      [days('a', '05', '09')],
      'AbsenceOverlaps',
      /from 2026-01-10 on/u,
    ],
    ['of another person on those days', days('a', '09', '12'), [days('b', '05', '09')], undefined, undefined],
    ['with oneself as deputy', days('a', '05', '06', 'a'), [], 'DeputyIsSelf', /somebody else/u],
    ['with a deputy who has gone', days('a', '05', '06', 'gone'), [], 'DeputyNotActive', /人gone/u],
    ['with an unknown deputy', days('a', '05', '06', 'nobody'), [], 'DeputyNotActive', /somebody who is/u],
    [
      'with a deputy of another district',
      days('a', '05', '06', 'elsewhere'),
      [],
      'DeputyElsewhere',
      /of this district/u,
    ],
    [
      'in a circle of two',
      days('a', '05', '06', 'b'),
      [days('b', '06', '09', 'a')],
      'DeputyInCircle',
      /2026-01-06/u,
    ],
    [
      'in a circle by standing deputies',
      days('a', '05', '06', 'c'),
      [days('c', '05', '09'), days('b', '05', '05')],
      'DeputyInCircle',
      /2026-01-05/u,
    ],
    [
      'with a deputy whose deputy is here',
      days('a', '05', '06', 'c'),
      [days('c', '05', '09')],
      undefined,
      undefined,
    ],
    [
      'with a circle on other days only',
      days('a', '07', '08', 'b'),
      [days('b', '05', '06', 'a')],
      undefined,
      undefined,
    ],
  ])('%s', (_name, asked, others, code, says) => {
    const refused = refuseAbsence(given(asked, others));
    expect(refused?.code).toBe(code);
    if (says) expect(refused?.message.en).toMatch(says);
  });
});

describe('whoever records it is told', () => {
  const codes = (...args: Parameters<typeof given>): string[] =>
    warnOfAbsence(given(...args)).map(({ code }) => code);

  it('nothing when all is well', () => {
    expect(codes(days('a', '05', '09', 'b'))).toEqual([]);
    expect(codes(days('a', '05', '09'))).toEqual([]);
  });

  it('that the deputy is away for a part of it, on which days, and who stands in then', () => {
    const [warning] = warnOfAbsence(given(days('a', '05', '16', 'c'), [days('c', '08', '09')]));
    expect(warning).toMatchObject({ code: 'DeputyIsAbsent' });
    expect(warning?.message.zh).toBe(
      '代理人“人c”在 2026-01-08 至 2026-01-09 中有 2 天也缺勤；那几天由人b代理。',
    );
  });

  it('that the deputy may not record, or does not see, what is the other’s', () => {
    expect(codes(days('a', '05', '09', 'nurse'))).toEqual(['DeputyMayNotRecord']);
    expect(codes(days('a', '05', '09', 'next-door'))).toEqual(['DeputyDoesNotSee']);
    // A manager supervises.
    expect(codes(days('a', '05', '09', 'manager'))).toEqual([]);
  });

  it('that nobody stands in, and to whom it goes', () => {
    const [warning, ...others] = warnOfAbsence(given(days('nurse', '05', '09')));
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'NobodyStandsIn' });
    expect(warning?.message.en).toContain('go up to 人manager');
  });

  it('that the person stands in for somebody on those days, by name or as usual', () => {
    expect(codes(days('c', '05', '09'), [days('a', '09', '12', 'c')])).toEqual(['IsDeputyHimself']);
    expect(codes(days('a', '05', '09'), [days('b', '09', '12')])).toEqual(['IsDeputyHimself']);
  });
});
