package dev.orrery.scheduler.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * A trigger that fires each hour, and not within the next minutes, so that no fire of its own gets
 * into a test, whatever the time of the day.
 *
 * @param last a fire time that is between one and two hours ago
 */
public record Hourly(Instant last) {

  public static Hourly farFromNow() {
    Instant halfAnHourAgo = Instant.now().minus(Duration.ofMinutes(30));
    return new Hourly(halfAnHourAgo.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofHours(1)));
  }

  public String trigger() {
    int minute = last.atZone(ZoneOffset.UTC).getMinute();
    return "\"trigger\":{\"cron\":\"0 %d * * * *\"}".formatted(minute);
  }
}
