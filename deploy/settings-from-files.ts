// Loaded before a program (`node --import ./deploy/settings-from-files.ts api/main.ts`), so that api, worker and the
// command read their settings from the environment alone, wherever they run.
import { readSettingFiles } from './read-setting-files.ts';

try {
  const { values, consumed } = readSettingFiles(process.env);
  Object.assign(process.env, values);
  // Worker threads load this again, with the environment as it is left here.
  for (const name of consumed) delete process.env[name];
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
