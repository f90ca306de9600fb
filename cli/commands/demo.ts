import { Command } from 'commander';
import { civilText } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { PlainError } from '../../local/plain-error.ts';
import { withClient } from '../../store/transaction.ts';
import { loadDemonstration } from '../demonstration/load.ts';
import { must } from '../import/must.ts';
import { progressOf, type Progress } from '../import/progress.ts';
import { dateOf } from '../import/values.ts';
import { say, withStore } from '../run.ts';

/** `yilu demo load`. */
export const demoCommand = (): Command =>
  new Command('demo').description('演示数据 / demonstration district').addCommand(
    new Command('load')
      .description(
        '载入演示区：一家医院、十三个社区中心、约两千名虚构居民 / load it: one hospital, thirteen centres, about 2,000 synthetic residents',
      )
      .option('--date <date>', '以这一天为“今天”；默认当天 / the day that it leads up to; default: today')
      .action(({ date }: { readonly date?: string }) =>
        withStore(async (store) => {
          const { zone } = await store.calendar();
          const now = await withClient(store.pool, (client) => store.clock.now(client));
          const today = civilText(zoneClock(zone).dayOf(now));
          const given = date === undefined ? today : must(dateOf(date));
          if (given > today) throw new PlainError('日期不能晚于今天。', 'The date cannot lie in the future.');
          let progress: Progress | undefined;
          const from = Date.now();
          const loaded = await loadDemonstration(store, given, (done, total) => {
            progress ??= progressOf('演示数据 demonstration', total);
            progress.at(done, `${done}/${total}`);
          });
          progress?.stop();
          if (!loaded) {
            say('演示数据已经载入', 'the demonstration district is there already');
            return;
          }
          const { residents, tally } = loaded;
          const seconds = ((Date.now() - from) / 1_000).toFixed(0);
          const people = residents.created + residents.unchanged + residents.changed;
          const journeys = tally.adopted + tally.unchanged + tally.extended;
          say(
            `演示区已载入：${people} 名居民，${journeys} 个旅程，其中 ${tally.overdue} 个逾期（${seconds} 秒）`,
            `the demonstration district is loaded: ${people} residents, ${journeys} journeys, ${tally.overdue} of them overdue (${seconds} s)`,
          );
        }),
      ),
  );
