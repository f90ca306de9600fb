import { nearMatch } from '../../domain/checker/near-match.ts';
import type { Organisation } from '../../store/organisations.ts';
import type { StaffMember } from '../../store/staff.ts';
import { wrong, type Parsed } from './row-problem.ts';
import { nameOf, plain } from './values.ts';

const key = (text: string): string => plain(text).replaceAll(/\s/gu, '').toLowerCase();

/** Finds organisations by code or by any of their names, as files write them. */
export class OrganisationFinder {
  readonly #byKey = new Map<string, Set<Organisation>>();
  readonly #byId = new Map<string, Organisation>();
  readonly #names: readonly string[];
  /** A file names few centres in many rows. */
  readonly #answers = new Map<string, Parsed<Organisation>>();

  constructor(organisations: readonly Organisation[]) {
    for (const organisation of organisations) {
      this.#byId.set(organisation.id, organisation);
      for (const name of [organisation.code, ...organisation.names]) {
        const found = this.#byKey.get(key(name)) ?? new Set();
        this.#byKey.set(key(name), found.add(organisation));
      }
    }
    this.#names = organisations.flatMap(({ code, names }) => [...names, code]);
  }

  byId(id: string | null): Organisation | undefined {
    return id === null ? undefined : this.#byId.get(id);
  }

  /** @returns the organisation; or why not, with what may have been meant */
  find(text: string): Parsed<Organisation> {
    const known = this.#answers.get(text);
    if (known) return known;
    const answer = this.#look(text);
    if (this.#answers.size < 10_000) this.#answers.set(text, answer);
    return answer;
  }

  #look(text: string): Parsed<Organisation> {
    const found = [...(this.#byKey.get(key(text)) ?? [])];
    const [only] = found;
    if (only && found.length === 1) return { value: only };
    const shown = text.trim();
    if (found.length > 1) {
      const codes = found.map(({ code }) => code);
      return wrong(
        `有 ${found.length} 家机构都叫“${shown}”，请改填代码：${codes.join('、')}`,
        `${found.length} organisations are called "${shown}"; give the code: ${codes.join(', ')}`,
      );
    }
    const near = nearMatch(shown, this.#names);
    return near === undefined
      ? wrong(
          `机构“${shown}”未登记；请核对，或先用 yilu organisations import 登记`,
          `the organisation "${shown}" is not registered; check it, or register it with yilu organisations import`,
        )
      : wrong(
          `机构“${shown}”未登记，是否指“${near}”？`,
          `the organisation "${shown}" is not registered; did you mean "${near}"?`,
        );
  }

  /** @returns the community centre; a team stands for its centre */
  centre(text: string): Parsed<Organisation> {
    const found = this.find(text);
    if ('wrong' in found) return found;
    const { value } = found;
    const centre = value.level === 'team' ? this.byId(value.parent) : value;
    return centre?.level === 'centre'
      ? { value: centre }
      : wrong(`“${text.trim()}”不是社区中心`, `"${text.trim()}" is not a community centre`);
  }
}

/** Finds a centre's contract doctors by code or name. */
export class DoctorFinder {
  readonly #byCentre = new Map<string, StaffMember[]>();

  constructor(staff: readonly StaffMember[], organisations: OrganisationFinder) {
    for (const member of staff) {
      if (member.role !== 'family-doctor' || !member.active) continue;
      const place = organisations.byId(member.organisation);
      const centre = place?.level === 'team' ? place.parent : member.organisation;
      if (centre === null) continue;
      this.#byCentre.set(centre, [...(this.#byCentre.get(centre) ?? []), member]);
    }
  }

  find(text: string, centre: Organisation): Parsed<StaffMember> {
    const doctors = this.#byCentre.get(centre.id) ?? [];
    const [code, name] = [plain(text).toLowerCase(), nameOf(text)];
    const found = doctors.filter((doctor) => doctor.code.toLowerCase() === code || doctor.name === name);
    const [only] = found;
    if (only && found.length === 1) return { value: only };
    const place = centre.names[0] ?? centre.code;
    if (found.length > 1)
      return wrong(
        `${place}有 ${found.length} 位医生叫“${name}”，请改填工号：${found.map((doctor) => doctor.code).join('、')}`,
        `${found.length} doctors of ${place} are called "${name}"; give the code: ${found.map((doctor) => doctor.code).join(', ')}`,
      );
    const near = nearMatch(
      name,
      doctors.flatMap((doctor) => [doctor.name, doctor.code]),
    );
    return near === undefined
      ? wrong(
          `${place}没有家庭医生“${name}”；请核对，或先用 yilu staff import 登记`,
          `${place} has no family doctor "${name}"; check it, or register the doctor with yilu staff import`,
        )
      : wrong(
          `${place}没有家庭医生“${name}”，是否指“${near}”？`,
          `${place} has no family doctor "${name}"; did you mean "${near}"?`,
        );
  }
}
