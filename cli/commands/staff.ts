import { Command } from 'commander';
import { importStaff } from '../import/import-staff.ts';
import { absenceCommands } from './staff-absences.ts';
import { smallImport } from './small-import.ts';

/** `yilu staff import staff.csv`, `yilu staff absent|absences|back`. */
export function staffCommand(): Command {
  const command = new Command('staff')
    .description('人员：登记、缺勤 / staff: register, absences')
    .addCommand(smallImport(importStaff, '登记人员，先登记机构 / register staff, after their organisations'));
  for (const below of absenceCommands()) command.addCommand(below);
  return command;
}
