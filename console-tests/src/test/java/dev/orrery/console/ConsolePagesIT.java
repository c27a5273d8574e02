package dev.orrery.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;
import dev.orrery.it.harness.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each page opens, is accessible, light and of every width. */
@Tag("thorough")
class ConsolePagesIT {
  private static final int MOST_BYTES = 300_000;

  /** 500 ms on a quiet machine; a busy one of two cores has taken some more. */
  private static final Duration LONGEST_FIRST_PAGE = Duration.ofSeconds(2);

  private static final int[] WIDTHS = {380, 1280, 2560};
  private static final String APP = "apps/" + Stack.APP;

  @RegisterExtension static final ConsoleSetup CONSOLE = new ConsoleSetup("console-pages");

  private static String run;

  /**
   * A page.
   *
   * @param path below {@code /console/}; RUN stands for the id of a run
   * @param heading of the page
   */
  record ConsolePage(String path, String heading) {
    String address() {
      return path.replace("RUN", run);
    }

    String file() {
      return path.replace(APP, "app").replace("RUN", "one");
    }

    @Override
    public String toString() {
      return path;
    }
  }

  static List<ConsolePage> pages() {
    return List.of(
        new ConsolePage(APP, "Overview"),
        new ConsolePage(APP + "/jobs", "Jobs"),
        new ConsolePage(APP + "/jobs/nightly", "nightly"),
        new ConsolePage(APP + "/jobs/nightly?tab=schedule", "nightly"),
        new ConsolePage(APP + "/jobs/nightly?tab=definition", "nightly"),
        new ConsolePage(APP + "/jobs/nightly?tab=versions", "nightly"),
        new ConsolePage(APP + "/jobs/nightly?tab=notifications", "nightly"),
        new ConsolePage(APP + "/new-job", "New job"),
        new ConsolePage(APP + "/runs", "Runs"),
        new ConsolePage(APP + "/runs?view=errors", "Runs"),
        new ConsolePage("runs/RUN", ""),
        new ConsolePage(APP + "/workers", "Workers"),
        new ConsolePage(APP + "/settings", ""),
        new ConsolePage("cluster", "Cluster"),
        new ConsolePage("no-such-page", "No such page"));
  }

  @BeforeAll
  static void fill() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "nightly",
            """
            {"trigger": {"cron": "0 30 2 * * MON-FRI", "zone": "Europe/Berlin"},
             "processor": {"type": "shell", "command": ["echo", "hello"]},
             "parameters": {"region": "eu"}}
            """);
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "nightly",
            """
            {"trigger": {"cron": "0 30 2 * * MON-FRI", "zone": "Europe/Berlin"},
             "processor": {"type": "shell", "command": ["echo", "hello"]},
             "parameters": {"region": "eu"}, "priority": 7}
            """);
    CONSOLE
        .api()
        .putJob(Stack.APP, "fails", "{\"processor\":{\"type\":\"shell\",\"script\":\"exit 7\"}}");
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "waits",
            "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"no-such-tag\"]}");
    run = CONSOLE.api().run(Stack.APP, "nightly");
    String failed = CONSOLE.api().run(Stack.APP, "fails");
    CONSOLE.api().run(Stack.APP, "waits");
    CONSOLE.api().awaitState(run, "SUCCEEDED", Duration.ofSeconds(30));
    CONSOLE.api().awaitState(failed, "FAILED", Duration.ofSeconds(30));
  }

  private static Window signedIn(NewContextOptions options) {
    Window window = CONSOLE.window(options);
    window.startSession(CONSOLE.api().token());
    return window;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageIsAccessibleInBothThemes(ConsolePage page) {
    for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      Window window =
          signedIn(new NewContextOptions().setViewportSize(1280, 800).setColorScheme(scheme));
      window.open(page.address());
      window.awaitTitle(page.heading());
      AccessibilityCheck.assertNothingSerious(window.page(), page + " " + scheme);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageFitsEveryWidth(ConsolePage page) {
    for (int width : WIDTHS) {
      for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        Window window =
            signedIn(new NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme));
        window.open(page.address());
        window.awaitTitle(page.heading());
        window.screenshot(
            page.file() + "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(
                window
                    .page()
                    .evaluate(
                        "() => document.scrollingElement.scrollWidth -"
                            + " document.scrollingElement.clientWidth"))
            .as("pixels that are cut off at " + width)
            .isEqualTo(0);
        window.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageIsLight(ConsolePage page) {
    Window window = signedIn(new NewContextOptions().setViewportSize(1280, 800));
    window.open(page.address());
    window.awaitTitle(page.heading());

    Number bytes =
        (Number)
            window
                .page()
                .evaluate(
                    "() => performance.getEntriesByType('navigation')"
                        + ".concat(performance.getEntriesByType('resource'))"
                        + ".reduce((sum, entry) => sum + entry.transferSize, 0)");
    System.out.println("bytes of " + page + ": " + bytes);
    assertThat(bytes.intValue()).isBetween(10_000, MOST_BYTES);
  }

  @ParameterizedTest
  @EnumSource(names = {"LIGHT", "DARK"})
  void signInIsAccessible(ColorScheme scheme) {
    Window window =
        CONSOLE.window(new NewContextOptions().setViewportSize(380, 700).setColorScheme(scheme));
    window.open("sign-in");
    window.awaitTitle("Orrery");
    window.screenshot("sign-in-380-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
    AccessibilityCheck.assertNothingSerious(window.page(), "the sign-in");
  }

  @Test
  void firstPageIsUsableSoonAfterTheSignIn() {
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      Window window = CONSOLE.window();
      window.open("sign-in");
      window.page().getByLabel("Token").fill(CONSOLE.api().token());
      window.button("Sign in").click();
      window.button("Continue").focus();
      long begun = System.nanoTime();
      window.page().keyboard().press("Enter");
      window.awaitTitle("Overview");
      millis.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
      window.close();
    }
    millis.sort(null);
    System.out.println("first page after the sign-in, ms: " + millis);
    assertThat(millis.get(2)).isLessThan(LONGEST_FIRST_PAGE.toMillis());
  }
}
