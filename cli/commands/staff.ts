import { Command } from 'commander';
import { importStaff } from '../import/import-staff.ts';
import { smallImport } from './small-import.ts';

/** `yilu staff import staff.csv`. */
export const staffCommand = (): Command =>
  new Command('staff')
    .description('人员 / staff')
    .addCommand(smallImport(importStaff, '登记人员，先登记机构 / register staff, after their organisations'));
