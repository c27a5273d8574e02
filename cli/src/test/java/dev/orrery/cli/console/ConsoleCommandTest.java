package dev.orrery.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.FakeScheduler.Result;
import dev.orrery.cli.client.SchedulerClient;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleCommandTest {
  private static final String LINK =
      "{\"link\":\"orrery_secret\",\"expiresAt\":\"2027-01-01T00:01:00Z\"}";

  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void printsOnlyOneTimeLinkToStandardOutput() {
    scheduler.on("POST /session/links", 201, LINK);

    Result result = scheduler.run("console");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().strip())
        .isEqualTo(scheduler.url() + "/console/sign-in#link=orrery_secret");
    assertThat(result.err().strip()).isEqualTo("Open it within a minute; it works once.");
  }

  @Test
  void printsAddressAndLinkExpiryAsJson() {
    scheduler.on("POST /session/links", 201, LINK);

    Result result = scheduler.run("console", "-o", "json");

    assertThat(result.out().strip())
        .isEqualTo(
            "{\"url\":\""
                + scheduler.url()
                + "/console/sign-in#link=orrery_secret\",\"expiresAt\":\"2027-01-01T00:01:00Z\"}");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void printsSignInPageForSchedulerOnAnotherMachine() {
    scheduler.on(
        "POST /session/links",
        403,
        "{\"code\":\"FORBIDDEN\",\"detail\":\"Links are for callers on the machine of the"
            + " scheduler.\"}");

    Result result = scheduler.run("console");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().strip()).isEqualTo(scheduler.url() + "/console/sign-in");
    assertThat(result.err().strip())
        .isEqualTo("Links are for callers on the machine of the scheduler.");
  }

  @Test
  void failsWhenConsoleIsDisabled() {
    scheduler.on(
        "POST /session/links",
        404,
        "{\"code\":\"NOT_FOUND\",\"detail\":\"The console is disabled.\"}");

    Result result = scheduler.run("console");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("The console is disabled.");
  }

  @Test
  void createsNoLinkWithoutConsole() {
    assertThat(ConsoleLink.tryCreate(new SchedulerClient(URI.create(scheduler.url()), "t")))
        .isEmpty();
  }

  @Test
  void replacesLocalhostWithNumericAddressInUrl() {
    SchedulerClient client = new SchedulerClient(URI.create("http://localhost:7700/"), "t");

    assertThat(ConsoleLink.withoutSecret(client).url())
        .isEqualTo("http://127.0.0.1:7700/console/sign-in");
  }
}
