package dev.orrery.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeLogFormatterTest {
  private static final String END = System.lineSeparator();

  /** Formats the message and a line end, as log patterns do. */
  private static final class Lines extends Formatter {
    @Override
    public String format(LogRecord logRecord) {
      return "12:00 INFO " + logRecord.getMessage() + END;
    }
  }

  private static String formatted(String message) {
    return new SafeLogFormatter(new Lines()).format(new LogRecord(Level.INFO, message));
  }

  @Test
  void keepsOrdinaryLineUnchanged() {
    assertThat(formatted("Worker joined: ä\tb")).isEqualTo("12:00 INFO Worker joined: ä\tb" + END);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void indentsForgedLogLine(String separator) {
    assertThat(formatted("Worker joined: x" + separator + "12:01 ERROR all is lost"))
        .isEqualTo("12:00 INFO Worker joined: x" + END + "  12:01 ERROR all is lost" + END);
  }

  @Test
  void indentsTrailingLineBreaks() {
    assertThat(formatted("x\n\n")).isEqualTo("12:00 INFO x" + END + "  " + END);
  }

  @Test
  void replacesControlCharactersButKeepsColours() {
    assertThat(formatted("a\u001b[2Jb\u0000c\u009bd\u202ee \u001b[31mred\u001b[0m"))
        .isEqualTo("12:00 INFO a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFDe \u001b[31mred\u001b[0m" + END);
  }

  @Test
  void masksPasswordsInUrls() {
    assertThat(formatted("No scheduler: http://u:p@host:1\nat jdbc:postgresql://h/d?password=p"))
        .isEqualTo(
            "12:00 INFO No scheduler: http://***@host:1"
                + END
                + "  at jdbc:postgresql://h/d?password=***"
                + END);
  }

  @Test
  void installsSingleSafeFormatterPerHandler() {
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new SimpleFormatter());

    SafeLogFormatter.install(handler);
    Formatter first = handler.getFormatter();
    SafeLogFormatter.install(handler);

    assertThat(first).isInstanceOf(SafeLogFormatter.class).isSameAs(handler.getFormatter());
  }
}
