import { Command } from 'commander';
import { importOrganisations } from '../import/import-organisations.ts';
import { smallImport } from './small-import.ts';

/** `yilu organisations import organisations.csv`. */
export const organisationsCommand = (): Command =>
  new Command('organisations')
    .description('机构：区、医院、社区中心、团队 / organisations: district, hospitals, centres, teams')
    .addCommand(
      smallImport(importOrganisations, '登记一个区的机构 / register the organisations of a district'),
    );
