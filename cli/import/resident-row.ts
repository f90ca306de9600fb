import type { ResidentInput } from '../../store/upsert-residents.ts';
import type { Columns } from './headers.ts';
import type { DoctorFinder, OrganisationFinder } from './places.ts';
import type { Parsed, RowProblem } from './row-problem.ts';
import { dateOf, emailOf, identityOf, localeOf, nameOf, phoneOf, plain, sexOf } from './values.ts';

/** The columns of a residents' file, and how offices head them. */
export const residentColumns = {
  name: {
    title: { zh: '姓名', en: 'name' },
    aliases: ['居民姓名', '患者姓名', 'full name', 'resident', 'resident name', 'patient name'],
    required: true,
  },
  identityNumber: {
    title: { zh: '身份证号', en: 'identity number' },
    aliases: [
      ...['身份证', '身份证号码', '证件号码', '证件号', '公民身份号码', '身份号码'],
      ...['id number', 'id', 'id card', 'id no', 'identity card number', 'national id'],
    ],
    required: true,
  },
  birthDate: {
    title: { zh: '出生日期', en: 'birth date' },
    aliases: ['生日', '出生年月日', '出生年月', 'date of birth', 'birthday', 'dob', 'born'],
  },
  sex: { title: { zh: '性别', en: 'sex' }, aliases: ['gender'] },
  phone: {
    title: { zh: '手机', en: 'phone' },
    aliases: [
      ...['电话', '手机号', '手机号码', '联系电话', '联系方式', '本人电话', '移动电话', '电话号码'],
      ...['mobile', 'telephone', 'tel', 'phone number', 'mobile phone', 'cell phone', 'mobile number'],
    ],
  },
  email: {
    title: { zh: '邮箱', en: 'email' },
    aliases: ['电子邮箱', '电子邮件', '邮件', 'e-mail', 'email address', 'mail'],
  },
  locale: { title: { zh: '语言', en: 'language' }, aliases: ['locale', '首选语言'] },
  centre: {
    title: { zh: '社区中心', en: 'centre' },
    aliases: [
      ...['机构', '机构名称', '机构代码', '社区', '社区卫生服务中心', '所属机构', '管理机构', '建档机构'],
      ...['签约机构', '社区中心代码', '服务中心', '所属社区', '所属中心'],
      ...[
        'center',
        'organisation',
        'organization',
        'clinic',
        'community centre',
        'health centre',
        'centre code',
      ],
    ],
    required: true,
  },
  doctor: {
    title: { zh: '签约医生', en: 'contract doctor' },
    aliases: [
      ...['家庭医生', '责任医生', '签约家庭医生', '签约医生工号', '医生', '管理医生'],
      ...['doctor', 'family doctor', 'gp', 'physician', 'doctor code', 'contracted doctor'],
    ],
  },
} as const satisfies Columns;

type Field = keyof typeof residentColumns;

export interface ResidentReader {
  /** @returns the resident of a row, or everything that is wrong with it */
  (cells: readonly string[]): { resident: ResidentInput } | { problems: RowProblem[] };
}

/**
 * @param at where each column stands
 * @param today `YYYY-MM-DD`
 */
export function residentReader(
  at: ReadonlyMap<string, number>,
  organisations: OrganisationFinder,
  doctors: DoctorFinder,
  today: string,
): ResidentReader {
  const position = (field: Field): number => at.get(field) ?? -1;
  const positions = Object.fromEntries(
    Object.keys(residentColumns).map((field) => [field, position(field as Field)]),
  ) as Record<Field, number>;
  return (cells) => {
    const problems: RowProblem[] = [];
    const cell = (field: Field): string => cells[positions[field]] ?? '';
    const report = (field: Field, zh: string, en: string): void => {
      problems.push({ field: residentColumns[field].title, reason: { zh, en } });
    };
    const take = <T>(field: Field, parsed: Parsed<T>): T | undefined => {
      if ('value' in parsed) return parsed.value;
      report(field, parsed.wrong.zh, parsed.wrong.en);
      return undefined;
    };
    /** Reads a cell that may be empty. */
    const optional = <T>(field: Field, read: (text: string) => Parsed<T>): T | undefined => {
      const text = cell(field);
      return text === '' || plain(text) === '' ? undefined : take(field, read(text));
    };
    const name = nameOf(cell('name'));
    if (name === '') report('name', '缺少姓名', 'the name is missing');
    if (name.length > 100) report('name', '姓名过长，请核对', 'the name is too long; check it');
    const identity = take('identityNumber', identityOf(cell('identityNumber'), today));
    const birthDate = optional('birthDate', dateOf);
    if (identity && birthDate !== undefined && birthDate !== identity.birthDate)
      report(
        'birthDate',
        `出生日期 ${birthDate} 与身份证号中的 ${identity.birthDate} 不一致`,
        `the birth date ${birthDate} differs from ${identity.birthDate} in the identity number`,
      );
    const sex = optional('sex', sexOf);
    if (identity && sex && sex !== identity.sex)
      report('sex', '性别与身份证号不一致', 'the sex differs from the one in the identity number');
    const phone = optional('phone', phoneOf);
    const email = optional('email', emailOf);
    const locale = optional('locale', localeOf);
    const centreText = cell('centre');
    if (plain(centreText) === '') report('centre', '缺少社区中心', 'the centre is missing');
    const centre = optional('centre', (text) => organisations.centre(text));
    const doctor = centre && optional('doctor', (text) => doctors.find(text, centre));
    if (problems.length > 0 || !identity || !centre) return { problems };
    return {
      resident: {
        name,
        identityNumber: identity.number,
        birthDate: identity.birthDate,
        sex: identity.sex,
        phone: phone ?? null,
        email: email ?? null,
        ...(locale && { locale }),
        contractDoctor: doctor?.id ?? null,
        centre: centre.id,
      },
    };
  };
}
