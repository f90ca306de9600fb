import type { JourneyView } from './messages.ts';

/** @returns what an on-call engineer reads in Temporal's UI (Markdown), Chinese first; nothing about the person */
export function journeyDetails(view: JourneyView): string {
  const lines = [
    `**病种路径 · pathway**: ${view.pathway ?? '—'}`,
    `**阶段 · stage**: ${view.stageTitle ? `${view.stageTitle.zh} · ${view.stageTitle.en}` : '—'}`,
    `**下一期限 · next deadline**: ${view.armedUntilLocal ?? '—'}`,
  ];
  if (view.waitingFor === 'database') lines.push('**数据库不可用，正在重试 · PostgreSQL is away, retrying**');
  for (const work of view.outsideWork) {
    const state =
      work.attempts === 0
        ? '进行中 · under way'
        : `已失败 ${work.attempts} 次，重试中 · failed ${work.attempts} times, being retried (${work.lastReason ?? '?'})`;
    lines.push(`**外部事务 · outside work** \`${work.work}\` (${work.provider}): ${state}`);
  }
  return lines.join('\n\n');
}
