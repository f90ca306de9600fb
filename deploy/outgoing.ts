// Holds and releases everything that leaves: messages, bookings, payments. After a restore to an earlier moment the
// database has forgotten what was sent since; a person looks first.
import { holdOutgoing, outgoingHold, releaseOutgoing } from '../store/outgoing.ts';
import { createPool } from '../store/create-pool.ts';

const [action = '', who = '', ...reason] = process.argv.slice(2);
const url = process.env['DATABASE_URL'];
const complete =
  url && (action === 'show' || (who && (action === 'release' || (action === 'hold' && reason.length > 0))));

if (!complete) {
  console.error(
    '用法 / usage: outgoing.ts show | hold 姓名 原因 | release 姓名\n' +
      '需要 DATABASE_URL。DATABASE_URL is needed. hold: your name and why; release: your name.',
  );
  process.exit(2);
}

const deps = { pool: createPool(url, { max: 1 }) };
try {
  if (action === 'hold') await holdOutgoing(deps, reason.join(' '), who);
  if (action === 'release') {
    const journeys = await releaseOutgoing(deps);
    console.log(
      `已由 ${who} 放行，${journeys} 个旅程的外部事务将继续 / released by ${who}; outside work of ${journeys} journeys goes on`,
    );
  }
  const hold = await outgoingHold(deps);
  console.log(
    hold
      ? `对外发送已暂停：${hold.reason}（${hold.by}，${new Date(hold.since).toISOString()}） / outgoing is held: ${hold.reason}`
      : '对外发送未暂停 / outgoing is not held',
  );
} finally {
  await deps.pool.end();
}
