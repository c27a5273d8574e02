package dev.orrery.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.Terminal;
import dev.orrery.cli.view.TimeText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class InterruptNoticeTest {
  private final StringWriter err = new StringWriter();
  private final InterruptNotice notice =
      new InterruptNotice(
          "7",
          new CommandOutput(
              new PrintWriter(Writer.nullWriter()),
              new PrintWriter(err),
              new Terminal(false, false, 80),
              new TimeText(Instant.EPOCH, ZoneOffset.UTC, true)));

  @Test
  void printsCancelCommandOfUncanceledInstanceOnInterrupt() {
    notice.print();

    assertThat(err.toString())
        .isEqualToIgnoringNewLines("Instance 7 is not canceled: ./orrery cancel 7");
  }

  @Test
  void printsNothingAfterWaitHasEnded() {
    notice.close();
    notice.print();

    assertThat(err.toString()).isEmpty();
  }
}
