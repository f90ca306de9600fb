import { Command } from 'commander';
export const adoptCommand = (): Command => new Command('adopt');
