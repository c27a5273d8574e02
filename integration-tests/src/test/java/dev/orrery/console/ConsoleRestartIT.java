package dev.orrery.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that open pages survive a restart of the scheduler: they show the outage, and then
 * continue without a reload.
 */
@Tag("thorough")
@AtNight
class ConsoleRestartIT {
  private static final LocatorAssertions.HasCountOptions SOON =
      new LocatorAssertions.HasCountOptions().setTimeout(60_000);

  @RegisterExtension static final ConsoleSetup CONSOLE = new ConsoleSetup("console-restart");

  @Test
  void reconnectsPageAndLogAfterSchedulerRestart() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "counts",
            "{\"processor\":{\"type\":\"shell\",\"script\":"
                + "\"for i in $(seq 1 300); do echo \\\"count $i.\\\"; sleep 1; done\"}}");
    String run = CONSOLE.api().run(Stack.APP, "counts");
    Window list = CONSOLE.window();
    list.signIn(CONSOLE.api().token());
    list.link("Runs").click();
    list.awaitTitle("Runs");
    Window log = CONSOLE.window();
    log.signIn(CONSOLE.api().token());
    log.open("runs/" + run);
    log.awaitText("count 3.");

    CONSOLE.stack().killScheduler();
    assertThat(list.page().locator(".reconnecting")).isVisible();
    assertThat(list.row("counts")).isVisible();
    assertThat(log.page().locator(".reconnecting")).isVisible();
    CONSOLE.stack().startScheduler();

    assertThat(list.page().locator(".reconnecting")).hasCount(0, SOON);
    assertThat(log.page().locator(".reconnecting")).hasCount(0, SOON);
    String next = CONSOLE.api().run(Stack.APP, "counts");
    Locator link = list.page().locator("a[href$='" + next + "']").first();
    assertThat(link).isVisible();
    assertThat(log.page().locator(".log-foot")).containsText("live");
    log.awaitText("count 25.");
    list.expectFaults("ERR_|503|401");
    log.expectFaults("ERR_|503|401");
  }
}
