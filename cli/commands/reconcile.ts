import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Command } from 'commander';
import { createClocks } from '../../activities/poke-journey.ts';
import { readRunning } from '../../local/home.ts';
import { reconcile } from '../../worker/reconcile.ts';
import { exitCodes, say, withStore } from '../run.ts';

/** Temporal as the environment names it; else the one that runs here, as it announced itself. */
async function connect(): Promise<{ connection: Connection; namespace: string }> {
  const running = await readRunning();
  if (!process.env['DATABASE_URL'] && running)
    for (const [name, value] of Object.entries(running.environment)) process.env[name] ??= value;
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect({
    ...(connectionOptions as Parameters<typeof Connection.connect>[0]),
    connectTimeout: '5s',
  });
  return { connection, namespace: namespace ?? 'default' };
}

/** `yilu reconcile [--all]`. */
export const reconcileCommand = (): Command =>
  new Command('reconcile')
    .description(
      '按数据库恢复全部时钟与未完成的外部事务 / bring every clock and unfinished outside work back from the rows',
    )
    .option(
      '--all',
      '重置全部时钟：恢复备份或丢失 Temporal 数据之后 / every clock looks anew: after a restore, or when Temporal’s store was lost',
    )
    .action((options: { readonly all?: true }) =>
      withStore(async (store) => {
        const temporal = await connect().catch((error: Error) => {
          console.error(
            `连不上 Temporal（${process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233'}）；请先运行 npm start，或检查 TEMPORAL_ADDRESS。\n` +
              `Temporal cannot be reached (${error.message}); run npm start first, or check TEMPORAL_ADDRESS.`,
          );
          process.exitCode = exitCodes.unavailable;
          return undefined;
        });
        if (!temporal) return;
        const { connection, namespace } = temporal;
        try {
          const done = await reconcile({
            store,
            clocks: createClocks(new Client({ connection, namespace })),
            all: options.all ?? false,
          });
          say(
            `${done.journeys} 个旅程的时钟，${done.withOutsideWork} 个有未完成的外部事务`,
            `${done.journeys} clocks, ${done.withOutsideWork} with unfinished outside work`,
          );
        } finally {
          await connection.close();
        }
      }),
    );
