package dev.orrery.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {
  private final Lines lines = new Lines();
  private long nanos = Long.MAX_VALUE - 5;
  private final RateLimitedLog log = new RateLimitedLog(lines, () -> nanos);

  @Test
  void logsFirstEventAndCountsSuppressedEventsOfNextMinute() {
    log.log(Level.WARNING, "refused", "Refused: a");
    nanos += Duration.ofMinutes(1).toNanos() - 1;
    log.log(Level.WARNING, "refused", "Refused: b");
    log.log(Level.WARNING, "refused", "Refused: c");
    nanos += 1;
    log.log(Level.WARNING, "refused", "Refused: d");
    nanos += Duration.ofMinutes(1).toNanos();
    log.log(Level.WARNING, "refused", "Refused: e");

    assertThat(lines.messages)
        .containsExactly("Refused: a", "Refused: d (suppressed=2)", "Refused: e");
  }

  @Test
  void logsConfiguredNumberOfEventsPerMinute() {
    RateLimitedLog several = new RateLimitedLog(lines, () -> nanos, 2);
    several.log(Level.WARNING, "refused", "a");
    nanos += Duration.ofSeconds(59).toNanos();
    several.log(Level.WARNING, "refused", "b");
    several.log(Level.WARNING, "refused", "c");
    nanos += Duration.ofSeconds(1).toNanos();
    several.log(Level.WARNING, "refused", "d");
    several.log(Level.WARNING, "refused", "e");
    several.log(Level.WARNING, "refused", "f");

    assertThat(lines.messages).containsExactly("a", "b", "d (suppressed=1)", "e");
  }

  @Test
  void limitsEachKindSeparately() {
    log.log(Level.WARNING, "one", "1");
    log.log(Level.WARNING, "two", "2");
    log.log(Level.WARNING, "one", "1");

    assertThat(lines.messages).containsExactly("1", "2");
  }

  @Test
  void forgetsOldestOfTooManyKinds() {
    for (int kind = 0; kind <= 200; kind++) {
      log.log(Level.WARNING, "kind " + kind, "a");
    }
    lines.messages.clear();
    log.log(Level.WARNING, "kind 1", "b");
    log.log(Level.WARNING, "kind 0", "c");

    assertThat(lines.messages).containsExactly("c");
  }

  private static final class Lines implements Logger {
    private final List<String> messages = new ArrayList<>();

    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      messages.add(message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... values) {
      messages.add(format);
    }
  }
}
