import { nearMatch } from '../../domain/checker/near-match.ts';
import { roleDescriptions, staffRoles, type StaffRole } from '../../domain/model/role.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { allStaff, upsertStaff, type StaffInput } from '../../store/staff.ts';
import type { Columns } from './headers.ts';
import { OrganisationFinder } from './places.ts';
import type { RejectsFile } from './rejects-file.ts';
import { wrong, type Parsed } from './row-problem.ts';
import { readSmallTable, Rejecter, type SmallCounts } from './small-table.ts';
import { emailOf, nameOf, phoneOf, plain } from './values.ts';

export const staffColumns = {
  code: {
    title: { zh: '工号', en: 'code' },
    aliases: ['编号', '人员编号', '职工号', '账号', 'staff code', 'staff id', 'employee number', 'user'],
    required: true,
  },
  name: { title: { zh: '姓名', en: 'name' }, aliases: ['full name', '人员姓名'], required: true },
  role: {
    title: { zh: '角色', en: 'role' },
    aliases: ['岗位', '职务', '职责', 'position', 'job'],
    required: true,
  },
  organisation: {
    title: { zh: '机构', en: 'organisation' },
    aliases: [
      ...['所属机构', '单位', '机构代码', '机构名称', '社区中心', '医院', '团队'],
      ...['organization', 'centre', 'center', 'hospital', 'team', 'unit'],
    ],
    required: true,
  },
  email: { title: { zh: '邮箱', en: 'email' }, aliases: ['电子邮箱', '邮件', 'e-mail', 'mail'] },
  phone: {
    title: { zh: '手机', en: 'phone' },
    aliases: ['电话', '手机号', '联系电话', 'mobile', 'telephone', 'tel'],
  },
  deputy: {
    title: { zh: '代理人', en: 'deputy' },
    aliases: ['代理人工号', '替班', 'deputy code', 'stands in'],
  },
} as const satisfies Columns;

type Role = StaffRole | 'administrator';

const roles = new Map<string, Role>([
  ['administrator', 'administrator'],
  ['admin', 'administrator'],
  ['管理员', 'administrator'],
  ['签约医生', 'family-doctor'],
]);
for (const role of staffRoles) {
  const { title } = roleDescriptions[role];
  for (const name of [role, title.zh, title.en]) roles.set(name.toLowerCase(), role);
}

function roleOf(text: string): Parsed<Role> {
  const role = roles.get(text.toLowerCase());
  if (role) return { value: role };
  const near = nearMatch(text, [...roles.keys()]);
  const list = ['管理员', ...staffRoles.map((known) => roleDescriptions[known].title.zh)].join('、');
  return near === undefined
    ? wrong(
        `角色“${text}”不存在，可用：${list}`,
        `there is no role "${text}"; there are: administrator, ${staffRoles.join(', ')}`,
      )
    : wrong(`角色“${text}”不存在，是否指“${near}”？`, `there is no role "${text}"; did you mean "${near}"?`);
}

/**
 * Registers the staff of a file, after their organisations.
 * @throws PlainError when the file is no such table, StoreUnavailable
 */
export async function importStaff(
  store: StoreDeps,
  path: string,
  rejectsFile: (heads: readonly string[]) => RejectsFile,
): Promise<SmallCounts> {
  const { table, rows } = await readSmallTable(path, staffColumns);
  const organisations = new OrganisationFinder(await allOrganisations(store));
  const known = await allStaff(store);
  const byCode = new Map(known.map((member) => [member.code, member]));
  const byId = new Map(known.map((member) => [member.id, member]));
  const rejects = new Rejecter();
  const wanted = new Map<string, StaffInput & { readonly organisationId: string }>();
  const codes = new Set([...byCode.keys(), ...rows.map(({ cell }) => plain(cell('code')))]);
  for (const { row, cell } of rows) {
    const problem = (field: keyof typeof staffColumns, zh: string, en: string): void =>
      rejects.add(row, { field: staffColumns[field].title, reason: { zh, en } });
    const take = <T>(field: keyof typeof staffColumns, parsed: Parsed<T>): T | undefined => {
      if ('value' in parsed) return parsed.value;
      problem(field, parsed.wrong.zh, parsed.wrong.en);
      return undefined;
    };
    const code = plain(cell('code'));
    const name = nameOf(cell('name'));
    if (code === '') problem('code', '缺少工号', 'the code is missing');
    if (wanted.has(code)) problem('code', `工号“${code}”出现了两次`, `the code "${code}" comes twice`);
    if (name === '') problem('name', '缺少姓名', 'the name is missing');
    const role = take('role', roleOf(plain(cell('role'))));
    const organisation = take('organisation', organisations.find(cell('organisation')));
    if (role && role !== 'administrator' && organisation) {
      const { level } = roleDescriptions[role];
      const works = organisation.level === 'team' ? 'centre' : organisation.level;
      if (works !== level)
        problem(
          'organisation',
          `“${roleDescriptions[role].title.zh}”应属于 ${level}，而“${organisation.names[0] ?? organisation.code}”是 ${organisation.level}`,
          `a ${role} works at a ${level}; "${organisation.names[0] ?? organisation.code}" is a ${organisation.level}`,
        );
    }
    const email = plain(cell('email')) === '' ? null : take('email', emailOf(cell('email')));
    const phone = plain(cell('phone')) === '' ? null : take('phone', phoneOf(cell('phone')));
    const deputy = plain(cell('deputy'));
    if (deputy !== '' && !codes.has(deputy))
      problem('deputy', `代理人“${deputy}”未登记`, `the deputy "${deputy}" is not registered`);
    if (rejects.has(row) || !role || !organisation) continue;
    wanted.set(code, {
      code,
      name,
      role,
      organisation: organisation.code,
      organisationId: organisation.id,
      email: email ?? null,
      phone: phone ?? null,
      ...(table.headers.at.has('deputy') && { deputy: deputy === '' ? null : deputy }),
    });
  }
  const counts: SmallCounts = { created: 0, changed: 0, unchanged: 0, rejected: rejects.count };
  const write: StaffInput[] = [];
  for (const { organisationId, ...input } of wanted.values()) {
    const there = byCode.get(input.code);
    const same =
      there?.active === true &&
      there.name === input.name &&
      there.role === input.role &&
      there.organisation === organisationId &&
      there.email === (input.email ?? null) &&
      there.phone === (input.phone ?? null) &&
      (input.deputy === undefined || (byId.get(there.deputy ?? '')?.code ?? null) === input.deputy);
    counts[there ? (same ? 'unchanged' : 'changed') : 'created'] += 1;
    // A deputy whose own row was rejected is not registered: the person comes without.
    if (!same)
      write.push(
        typeof input.deputy === 'string' && !wanted.has(input.deputy) && !byCode.has(input.deputy)
          ? { ...input, deputy: null }
          : input,
      );
  }
  if (write.length > 0) await upsertStaff(store, write);
  await rejects.write(rejectsFile(table.heads));
  return counts;
}
