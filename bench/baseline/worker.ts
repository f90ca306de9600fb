import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { baselineActivities } from './activities.ts';
import { baselineQueue } from './messages.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 12 });
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
const worker = await Worker.create({
  connection,
  namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
  taskQueue: baselineQueue,
  workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
  activities: baselineActivities(pool),
});
console.log(JSON.stringify({ msg: 'worker ready' }));
await worker.run();
await connection.close();
await pool.end();
