import {
  allOrganisations,
  upsertOrganisations,
  type Organisation,
  type OrganisationInput,
  type OrganisationKind,
} from '../../store/organisations.ts';
import type { StoreDeps } from '../../store/deps.ts';
import type { Columns } from './headers.ts';
import type { RejectsFile } from './rejects-file.ts';
import { readSmallTable, Rejecter, type SmallCounts } from './small-table.ts';
import type { TableRow } from './read-table.ts';
import { nameOf, plain } from './values.ts';

export const organisationColumns = {
  code: {
    title: { zh: '代码', en: 'code' },
    aliases: ['机构代码', '编码', '机构编码', 'organisation code', 'organization code'],
    required: true,
  },
  level: {
    title: { zh: '级别', en: 'level' },
    aliases: ['类型', '类别', '机构类型', '机构级别', 'type', 'kind'],
    required: true,
  },
  parent: {
    title: { zh: '上级', en: 'parent' },
    aliases: ['上级机构', '上级代码', '上级机构代码', '所属区', 'parent code', 'belongs to'],
  },
  name: {
    title: { zh: '名称', en: 'name' },
    aliases: ['机构名称', '全称', 'organisation', 'organization', 'full name'],
    required: true,
  },
  otherNames: {
    title: { zh: '其他名称', en: 'other names' },
    aliases: ['别名', '简称', '曾用名', '英文名', 'aliases', 'alias', 'short name', 'also called'],
  },
  phone: {
    title: { zh: '电话', en: 'phone' },
    aliases: ['联系电话', '咨询电话', 'telephone', 'tel'],
  },
  referralHospital: {
    title: { zh: '转诊医院', en: 'referral hospital' },
    aliases: ['上转医院', '转诊医院代码', 'refers to', 'hospital'],
  },
} as const satisfies Columns;

const levels: Readonly<Record<string, OrganisationKind>> = {
  district: 'district',
  区: 'district',
  区县: 'district',
  区卫健委: 'district',
  区级: 'district',
  hospital: 'hospital',
  医院: 'hospital',
  专科医院: 'hospital',
  centre: 'centre',
  center: 'centre',
  社区: 'centre',
  社区中心: 'centre',
  社区卫生服务中心: 'centre',
  中心: 'centre',
  team: 'team',
  团队: 'team',
  家医团队: 'team',
  家庭医生团队: 'team',
};
const parentLevels: Readonly<Record<OrganisationKind, OrganisationKind | null>> = {
  district: null,
  hospital: 'district',
  centre: 'district',
  team: 'centre',
};

interface Wanted extends OrganisationInput {
  readonly row: TableRow;
}

/**
 * Registers the organisations of a file, parents before children whatever their order.
 * @throws PlainError when the file is no such table, StoreUnavailable
 */
export async function importOrganisations(
  store: StoreDeps,
  path: string,
  rejectsFile: (heads: readonly string[]) => RejectsFile,
): Promise<SmallCounts> {
  const { table, rows } = await readSmallTable(path, organisationColumns);
  const known = await allOrganisations(store);
  const byId = new Map(known.map((organisation) => [organisation.id, organisation]));
  const byCode = new Map(known.map((organisation) => [organisation.code, organisation]));
  const rejects = new Rejecter();
  const wanted = new Map<string, Wanted>();
  for (const { row, cell } of rows) {
    const problem = (field: keyof typeof organisationColumns, zh: string, en: string): void =>
      rejects.add(row, { field: organisationColumns[field].title, reason: { zh, en } });
    const code = plain(cell('code'));
    const level = levels[plain(cell('level')).toLowerCase()];
    const names = [cell('name'), ...cell('otherNames').split(/[|;；、\n]/u)]
      .map(nameOf)
      .filter((name) => name !== '');
    if (code === '') problem('code', '缺少代码', 'the code is missing');
    if (nameOf(cell('name')) === '') problem('name', '缺少名称', 'the name is missing');
    if (!level)
      problem(
        'level',
        `级别“${plain(cell('level'))}”应为 区、医院、社区中心 或 团队`,
        `the level "${plain(cell('level'))}" must be district, hospital, centre or team`,
      );
    if (wanted.has(code)) problem('code', `代码“${code}”出现了两次`, `the code "${code}" comes twice`);
    const there = byCode.get(code);
    if (there && level && there.level !== level)
      problem(
        'level',
        `代码“${code}”已登记为 ${there.level}，级别不能更改；请换一个代码`,
        `the code "${code}" is registered as a ${there.level}; levels do not change, use another code`,
      );
    if (rejects.has(row) || !level) continue;
    const hospital = plain(cell('referralHospital'));
    const phone = plain(cell('phone'));
    wanted.set(code, {
      row,
      code,
      level,
      parent: plain(cell('parent')) || null,
      names: [...new Set(names)],
      ...(phone !== '' && { phone }),
      ...(hospital !== '' && { referralHospital: hospital }),
    });
  }
  resolve(wanted, byCode, rejects);
  const counts: SmallCounts = { created: 0, changed: 0, unchanged: 0, rejected: rejects.count };
  const write: OrganisationInput[] = [];
  for (const { row: _row, ...input } of wanted.values()) {
    const there = byCode.get(input.code);
    const same = there && sameAs(there, input, byId);
    counts[there ? (same ? 'unchanged' : 'changed') : 'created'] += 1;
    if (!same || input.referralHospital !== undefined) write.push(input);
  }
  if (write.length > 0) await upsertOrganisations(store, write);
  await rejects.write(rejectsFile(table.heads));
  return counts;
}

/** Parents and hospitals by code or name, from the file or from what is registered; rows that lack one are dropped. */
function resolve(
  wanted: Map<string, Wanted>,
  byCode: ReadonlyMap<string, Organisation>,
  rejects: Rejecter,
): void {
  const find = (text: string, level: OrganisationKind): string | undefined => {
    const all = [...wanted.values(), ...byCode.values()].filter((one) => one.level === level);
    return (all.find(({ code }) => code === text) ?? all.find(({ names }) => names.includes(nameOf(text))))
      ?.code;
  };
  // A rejected parent takes its children with it, from the top down.
  for (const level of ['district', 'hospital', 'centre', 'team'] as const)
    for (const [code, one] of [...wanted]) {
      if (one.level !== level) continue;
      const above = parentLevels[level];
      const parent = above === null || one.parent === null ? null : find(one.parent, above);
      const hospital =
        one.referralHospital === undefined ? undefined : (find(one.referralHospital, 'hospital') ?? null);
      if (above === null ? one.parent !== null : parent === undefined || parent === null)
        rejects.add(one.row, {
          field: organisationColumns.parent.title,
          reason:
            above === null
              ? { zh: '区没有上级，请留空', en: 'a district has no parent; leave it empty' }
              : {
                  zh: `上级“${one.parent ?? ''}”未登记或级别不对，应为 ${above}`,
                  en: `the parent "${one.parent ?? ''}" is not registered as a ${above}`,
                },
        });
      if (hospital === null)
        rejects.add(one.row, {
          field: organisationColumns.referralHospital.title,
          reason: {
            zh: `转诊医院“${one.referralHospital ?? ''}”未登记`,
            en: `the hospital "${one.referralHospital ?? ''}" is not registered`,
          },
        });
      if (rejects.has(one.row)) wanted.delete(code);
      else
        wanted.set(code, {
          ...one,
          parent: parent ?? null,
          ...(typeof hospital === 'string' && { referralHospital: hospital }),
        });
    }
}

const sameAs = (
  there: Organisation,
  input: OrganisationInput,
  byId: ReadonlyMap<string, Organisation>,
): boolean =>
  (byId.get(there.parent ?? '')?.code ?? null) === input.parent &&
  (input.phone === undefined || input.phone === there.phone) &&
  there.names.length === input.names.length &&
  there.names.every((name, i) => name === input.names[i]);
