/** Shared by the baseline's workflows, its worker and whoever drives them. */
export const baselineQueue = 'bench-baseline';
export const commandSignal = 'command';
export const commandUpdate = 'command';

/** About as large as a command of ours. */
export interface BaselineCommand {
  readonly step: string;
  readonly outcome: string;
}
