import { makeIdentityNumber } from '../../domain/resident/identity-number.ts';
import { between, pick, randomOf, weighted } from './random.ts';

/** Invented names: those of places are common plants and birds, and every one says that it is an example. */
const agesOf = { screening: [50, 74], older: [75, 84], younger: [40, 49] } as const;
const centreNames = [
  '青禾',
  '白鹭',
  '松风',
  '竹溪',
  '荷塘',
  '桂香',
  '枫林',
  '梅坡',
  '兰圃',
  '菊园',
  '桐荫',
  '杏坞',
  '桑陌',
];
const familyNames = Array.from(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎',
);
const givenSigns = Array.from(
  '安宁平和明月清源书瑶思远志恒文博嘉禾乐山秋实春晓海棠云舒子衿若水青松晨曦雨桐景行怀瑾',
);

export const districtCode = 'DEMO';
export const hospitalCode = 'DEMO-H1';
export const residentCount = 2_000;
const doctorsPerCentre = 2;

const two = (n: number): string => String(n).padStart(2, '0');
const csv = (rows: readonly (readonly string[])[]): string =>
  `${rows.map((row) => row.join(',')).join('\n')}\n`;

export const centreCode = (centre: number): string => `DEMO-C${two(centre + 1)}`;
/** @param nth of the centre, from 0 */
export const doctorCode = (centre: number, nth: number): string =>
  `demo-doctor-${two(centre * doctorsPerCentre + nth + 1)}`;

/** @returns the organisations as a file of `yilu organisations import` */
export const organisationsFile = (): string =>
  csv([
    ['代码', '级别', '上级', '名称', '其他名称', '转诊医院', '电话'],
    [districtCode, '区', '', '示例区卫生健康局', '示例区|Example District', '', '16100000000'],
    [
      hospitalCode,
      '医院',
      districtCode,
      '示例区胸科医院（示例）',
      '示例胸科|Example Chest Hospital',
      '',
      '16100000001',
    ],
    ...centreNames.map((name, i) => [
      centreCode(i),
      '社区中心',
      districtCode,
      `${name}示例社区卫生服务中心`,
      `${name}示例社区|Example Centre ${two(i + 1)}`,
      hospitalCode,
      `161000001${two(i + 1)}`,
    ]),
  ]);

/** @returns the staff, of every role, as a file of `yilu staff import` */
export function staffFile(): string {
  const random = randomOf('staff');
  const rows: string[][] = [['工号', '姓名', '角色', '机构', '邮箱', '代理人']];
  const add = (code: string, role: string, organisation: string, deputy = ''): void => {
    const name = pick(random, familyNames) + pick(random, givenSigns) + pick(random, givenSigns);
    rows.push([code, name, role, organisation, `${code}@example.org`, deputy]);
  };
  add('demo-admin', 'administrator', districtCode);
  add('demo-coordinator', 'district-coordinator', districtCode);
  add('demo-hospital-coordinator', 'hospital-coordinator', hospitalCode);
  add('demo-radiologist', 'radiologist', hospitalCode);
  add('demo-specialist-01', 'specialist', hospitalCode, 'demo-specialist-02');
  add('demo-specialist-02', 'specialist', hospitalCode, 'demo-specialist-01');
  add('demo-mdt', 'mdt-coordinator', hospitalCode);
  add('demo-palliative', 'palliative-physician', hospitalCode);
  add('demo-hospital-manager', 'hospital-manager', hospitalCode);
  centreNames.forEach((_, centre) => {
    add(`demo-manager-${two(centre + 1)}`, 'centre-manager', centreCode(centre));
    add(`demo-nurse-${two(centre + 1)}`, 'centre-nurse', centreCode(centre));
    for (let nth = 0; nth < doctorsPerCentre; nth++)
      add(
        doctorCode(centre, nth),
        'family-doctor',
        centreCode(centre),
        doctorCode(centre, (nth + 1) % doctorsPerCentre),
      );
  });
  return csv(rows);
}

/** @returns the code of who acts in a role for a resident of a centre */
export function actingStaff(role: string, centre: number, doctor: string): string | undefined {
  const codes: Readonly<Record<string, string>> = {
    'family-doctor': doctor,
    'centre-nurse': `demo-nurse-${two(centre + 1)}`,
    'centre-manager': `demo-manager-${two(centre + 1)}`,
    'hospital-coordinator': 'demo-hospital-coordinator',
    radiologist: 'demo-radiologist',
    specialist: 'demo-specialist-01',
    'mdt-coordinator': 'demo-mdt',
    'palliative-physician': 'demo-palliative',
    'hospital-manager': 'demo-hospital-manager',
    'district-coordinator': 'demo-coordinator',
  };
  return codes[role];
}

export interface DemonstrationResident {
  readonly name: string;
  readonly identityNumber: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly centre: number;
  readonly doctor: string;
}

/**
 * @param date `YYYY-MM-DD`: how old they are is counted from its year
 * @returns synthetic residents: nobody's names, areas that no authority has assigned
 */
export function demonstrationResidents(date: string): DemonstrationResident[] {
  const random = randomOf('residents');
  const year = Number(date.slice(0, 4));
  return Array.from({ length: residentCount }, (_, i) => {
    const centre = i % centreNames.length;
    const sex = random() < 0.55 ? 'male' : 'female';
    // Those invited to screening are mostly 50 to 74.
    const [least, most] = agesOf[weighted(random, { screening: 75, older: 15, younger: 10 })];
    const age = between(random, least, most);
    const birthDate = `${year - age - 1}-${two(between(random, 1, 12))}-${two(between(random, 1, 28))}`;
    // Different for every resident of a centre, odd for men.
    const sequence = 2 * Math.floor(i / centreNames.length) + (sex === 'male' ? 1 : 0);
    const length = random() < 0.7 ? 2 : 1;
    return {
      name: pick(random, familyNames) + Array.from({ length }, () => pick(random, givenSigns)).join(''),
      identityNumber: makeIdentityNumber(`9902${two(centre + 1)}`, birthDate, sequence),
      birthDate,
      sex,
      centre,
      doctor: doctorCode(centre, Math.floor(random() * doctorsPerCentre)),
    };
  });
}

/** @returns the residents as a file of `yilu import`; numbers from 161…, which no operator has */
export const residentsFile = (residents: readonly DemonstrationResident[]): string =>
  csv([
    ['姓名', '身份证号', '出生日期', '性别', '手机', '邮箱', '社区中心', '签约医生'],
    ...residents.map(({ name, identityNumber, birthDate, sex, centre, doctor }, i) => [
      name,
      identityNumber,
      birthDate,
      sex === 'male' ? '男' : '女',
      `161${String(10_000_000 + i)}`,
      `demo-resident-${String(i + 1).padStart(4, '0')}@example.org`,
      centreCode(centre),
      doctor,
    ]),
  ]);
