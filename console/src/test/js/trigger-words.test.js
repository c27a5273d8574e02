import test from 'node:test';
import assert from 'node:assert/strict';
import { triggerMeaning, triggerWords } from '../../main/resources/META-INF/orrery-console/js/trigger-words.js';
import { useMessages } from '../../main/resources/META-INF/orrery-console/js/i18n.js';

const CASES = [
  [{ cron: '30 2 * * 1-5', zone: 'Europe/Berlin' }, 'weekdays 02:30, Europe/Berlin', '工作日 02:30，Europe/Berlin'],
  [{ cron: '0 0 2 * * *' }, 'daily 02:00, UTC', '每天 02:00，UTC'],
  [{ cron: '*/5 * * * *' }, 'every 5 minutes, UTC', '每 5 分钟，UTC'],
  [{ cron: '* * * * *' }, 'every minute, UTC', '每分钟，UTC'],
  [{ cron: '*/3 * * * * *' }, 'every 3 seconds, UTC', '每 3 秒，UTC'],
  [{ cron: '@hourly' }, 'every hour, UTC', '每小时，UTC'],
  [{ cron: '0 */6 * * *' }, 'daily 00:00, 06:00, 12:00, 18:00, UTC', '每天 00:00, 06:00, 12:00, 18:00，UTC'],
  [{ cron: '0 */2 * * *' }, 'every 2 hours, UTC', '每 2 小时，UTC'],
  [{ cron: '15,45 * * * *' }, 'every hour at :15, :45, UTC', '每小时 :15, :45，UTC'],
  [{ cron: '*/10 9-17 * * MON-FRI' }, 'every 10 minutes 09:00–17:59, weekdays, UTC', '每 10 分钟 09:00–17:59，工作日，UTC'],
  [{ cron: '0 9 * * 1' }, 'Mondays 09:00, UTC', '每周一 09:00，UTC'],
  [{ cron: '0 0 9 ? * 2', dialect: 'quartz' }, 'Mondays 09:00, UTC', '每周一 09:00，UTC'],
  [{ cron: '0 9 * * 6,0' }, 'weekends 09:00, UTC', '周末 09:00，UTC'],
  [{ cron: '0 9 * * 7' }, 'Sundays 09:00, UTC', '每周日 09:00，UTC'],
  [{ cron: '0 9 * * FRI-MON' }, 'Mondays, Fridays, Saturdays, Sundays 09:00, UTC', '每周一、周五、周六、周日 09:00，UTC'],
  [{ cron: '0 4 1,15 * *', zone: 'Asia/Shanghai' }, 'day 1, 15 of the month 04:00, Asia/Shanghai', '每月 1, 15 日 04:00，Asia/Shanghai'],
  [{ cron: '0 0 18 LW * ?' }, 'last weekday of the month 18:00, UTC', '每月最后一个工作日 18:00，UTC'],
  [{ cron: '0 0 18 L-3 * ?' }, '3 days before the last of the month 18:00, UTC', '每月最后一天前 3 天 18:00，UTC'],
  [{ cron: '0 0 9 ? * SUN#2' }, 'second Sunday of the month 09:00, UTC', '每月第 2 个周日 09:00，UTC'],
  [{ cron: '0 0 9 ? * 6L', dialect: 'quartz' }, 'last Friday of the month 09:00, UTC', '每月最后一个周五 09:00，UTC'],
  [{ cron: '30 4 1,15 * FRI', dialect: 'unix' }, 'day 1, 15 of the month or Fridays 04:30, UTC', '每月 1, 15 日 或 每周五 04:30，UTC'],
  [{ cron: '0 0 12 1 JAN-MAR,7 * 2027-2029' }, 'day 1 of the month 12:00, in Jan–Mar, Jul, in 2027–2029, UTC', '每月 1 日 12:00，限 1月–3月, 7月，限 2027–2029 年，UTC'],
  [{ every: 'PT90S', jitter: 'PT5S' }, 'every 1m 30s, jitter 5s', '每 1 分钟 30 秒，抖动 5 秒'],
  [{ every: 'PT10M', within: { from: '09:00', to: '18:30' } }, 'every 10m 09:00–18:30, UTC', '每 10 分钟 09:00–18:30，UTC'],
  [{ every: 'PT1H', within: { from: '22:00', to: '06:00', days: ['SUN', 'SAT'] }, zone: 'Asia/Shanghai' }, 'every 1h 22:00–next day 06:00, weekends, Asia/Shanghai', '每 1 小时 22:00–次日06:00，周末，Asia/Shanghai'],
  [{ every: 'PT1H', within: { from: '09:00', to: '10:00', days: ['MON'] }, until: '2027-06-01T00:00:00Z' }, 'every 1h 09:00–10:00, Mondays, UTC, until 2027-06-01', '每 1 小时 09:00–10:00，每周一，UTC，至 2027-06-01'],
  [{ delay: 'PT4H' }, '4h after the last end', '上次结束后 4 小时'],
  [{ at: '2031-01-01T00:00:00Z' }, 'once 2031-01-01T00:00:00Z', '一次，2031-01-01T00:00:00Z'],
  [{ every: 'PT1H', until: '2027-06-01T00:00:00Z', jitter: 'PT0S' }, 'every 1h, until 2027-06-01', '每 1 小时，至 2027-06-01'],
  [undefined, 'only on request', '仅按请求运行'],
];

for (const [trigger, english, chinese] of CASES) {
  test(`describes ${JSON.stringify(trigger)} as: ${english}`, () => {
    useMessages('en', {});
    assert.equal(triggerWords(trigger), english);
    useMessages('zh-CN', {});
    assert.equal(triggerWords(trigger), chinese);
  });
}

test('shows an unrecognized expression unchanged', () => {
  useMessages('en', {});
  for (const cron of ['not a cron', '0 0 9 ? * <img>', '99 * * * *', '*/0 * * * *', '* * *', '0 0 9 1X * ?']) {
    assert.equal(triggerWords({ cron }), `${cron}, UTC`);
  }
});

test('uses its own wording instead of the English one for other languages', () => {
  const trigger = { cron: '30 2 * * 1-5', zone: 'Europe/Berlin' };
  const exact = 'at 02:30:00 on weekdays (MON-FRI), Europe/Berlin';
  useMessages('en', {});
  assert.equal(triggerMeaning(trigger, exact), exact);
  useMessages('zh-CN', {});
  assert.equal(triggerMeaning(trigger, exact), '工作日 02:30，Europe/Berlin');
  assert.equal(triggerMeaning(undefined, undefined), undefined);
});
