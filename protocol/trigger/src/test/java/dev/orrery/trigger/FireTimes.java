package dev.orrery.trigger;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Consecutive fire times of one expression in one zone. */
record FireTimes(CronExpression expression, ZoneId zone) {

  static FireTimes of(String expression, String zone) {
    return new FireTimes(CronExpression.parse(expression), ZoneId.of(zone));
  }

  static FireTimes inUtc(String expression, CronDialect dialect) {
    return new FireTimes(CronExpression.parse(expression, dialect), ZoneId.of("UTC"));
  }

  static FireTimes inUtc(String expression) {
    return of(expression, "UTC");
  }

  /** The next ones strictly after an instant; fewer if there are no more. */
  List<Instant> after(Instant after, int count) {
    return Stream.iterate(next(after), Optional::isPresent, fire -> next(fire.get()))
        .limit(count)
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Instant> next(Instant after) {
    return expression.next(after, zone);
  }
}
