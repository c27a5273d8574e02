package dev.orrery.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.Terminal;
import dev.orrery.cli.view.TimeText;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingNoticeTest {
  private static final Duration PERIOD = Duration.ofMillis(5);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void printsWaitReasonOncePerChange() throws InterruptedException {
    scheduler
        .on("GET /instances/9", 200, waiting("DUE_TIME"))
        .on("GET /instances/9", 200, waiting("DUE_TIME"))
        .on("GET /instances/9", 200, waiting("NO_WORKER"))
        .on("GET /instances/9", 200, waiting("NO_WORKER"))
        .on("GET /instances/9", 200, "{\"state\":\"RUNNING\"}")
        .on("GET /instances/9", 200, waiting("BACKOFF"))
        .on("GET /instances/9", 200, "{\"state\":\"SUCCEEDED\"}");

    try (WaitingNotice notice = notice()) {
      notice.start();
      assertThat(note()).isEqualTo("waits: due 2027-01-01T00:00:00Z");
      assertThat(note())
          .isEqualTo(
              "waits: no worker for this app is connected. Fix: create a token with ./orrery"
                  + " token create -a a --role worker, then start a worker for app a with it");
      assertThat(note()).isEqualTo("waits: retries 2027-01-01T00:00:00Z");
    }

    assertThat(notes).isEmpty();
  }

  @Test
  void distinguishesPausedJobFromPausedApp() throws InterruptedException {
    scheduler
        .on("GET /instances/9", 200, waiting("APP_PAUSED"))
        .on("GET /instances/9", 200, waiting("PAUSED"))
        .on("GET /instances/9", 200, "{\"state\":\"SUCCEEDED\"}");

    try (WaitingNotice notice = notice()) {
      notice.start();
      assertThat(note()).isEqualTo("waits: the app is paused");
      assertThat(note()).isEqualTo("waits: the job is paused");
    }
  }

  @Test
  void stopsPollingSilentlyOnApiError() throws InterruptedException {
    scheduler
        .on("GET /instances/9", 503, "{\"code\":\"UNAVAILABLE\"}")
        .on("GET /instances/9", 200, waiting("NO_WORKER"));

    try (WaitingNotice notice = notice()) {
      notice.start();
      assertThat(notes.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    assertThat(scheduler.asked()).containsExactly("GET /instances/9");
  }

  private WaitingNotice notice() {
    CommandOutput view =
        new CommandOutput(
            new PrintWriter(Writer.nullWriter()),
            new NotedLines(),
            Terminal.ofThisProcess(),
            new TimeText(Instant.now(), ZoneOffset.UTC, true));
    return new WaitingNotice(
        new SchedulerClient(URI.create(scheduler.url()), "t"), "9", view, PERIOD);
  }

  private String note() throws InterruptedException {
    return notes.poll(10, TimeUnit.SECONDS);
  }

  private static String waiting(String reason) {
    return "{\"app\":\"a\",\"state\":\"WAITING\",\"waitingFor\":\""
        + reason
        + "\",\"dueAt\":\"2027-01-01T00:00:00Z\"}";
  }

  /** Passes on each line at once. */
  private final class NotedLines extends PrintWriter {
    NotedLines() {
      super(Writer.nullWriter());
    }

    @Override
    public void println(String line) {
      notes.add(line);
    }
  }
}
