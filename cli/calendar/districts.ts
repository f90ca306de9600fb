import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { allOrganisations, type Organisation } from '../../store/organisations.ts';

/** What `--district` means, for the help of a command. */
export const districtOption = [
  '--district <code>',
  '区的编码；只有一个区时可省略，all 为全部 / code of the district; may be left out where there is one, "all" for each',
] as const;

/**
 * @param code of a district, or `all`; undefined: the only one there is
 * @returns the districts that are meant
 * @throws PlainError when there is none of that code, or the only one is not to be told
 */
export async function districtsMeant(
  store: Pick<StoreDeps, 'pool'>,
  code: string | undefined,
): Promise<Organisation[]> {
  const districts = (await allOrganisations(store)).filter(({ level }) => level === 'district');
  const codes = districts.map((one) => one.code).join(', ');
  if (districts.length === 0)
    throw new PlainError(
      '还没有登记区；请先用 yilu organisations import 登记机构。',
      'There is no district yet; register organisations with yilu organisations import.',
    );
  if (code === 'all' || (code === undefined && districts.length === 1)) return districts;
  if (code === undefined)
    throw new PlainError(
      `有多个区，请用 --district 指明一个，或 --district all：${codes}。`,
      `There are several districts; name one with --district, or --district all: ${codes}.`,
    );
  const found = districts.filter((one) => one.code === code);
  if (found.length > 0) return found;
  throw new PlainError(
    `没有编码为“${code}”的区；有：${codes}。`,
    `There is no district "${code}"; there are: ${codes}.`,
  );
}
