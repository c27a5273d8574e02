package dev.orrery.console;

import com.microsoft.playwright.Browser.NewContextOptions;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts a scheduler, an agent and a browser for a test class, and opens windows for each test.
 * Skips the class with a message if no browser is installed.
 */
final class ConsoleSetup
    implements ExecutionCondition, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** The time zone of the browsers. */
  static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  private final String name;
  private final Programs programs;
  private final List<Window> windows = new ArrayList<>();
  private Stack stack;
  private Postgres database;
  private Stack other;
  private Chromium chromium;

  /**
   * @param name of the test, and of the directory of its stack
   */
  ConsoleSetup(String name) {
    this(name, Programs.SCHEDULER_AND_AGENT);
  }

  private ConsoleSetup(String name, Programs programs) {
    this.name = name;
    this.programs = programs;
  }

  private enum Programs {
    SCHEDULER,
    SCHEDULER_AND_AGENT,
    TWO_SCHEDULERS
  }

  static ConsoleSetup withoutAgent(String name) {
    return new ConsoleSetup(name, Programs.SCHEDULER);
  }

  /** Creates a setup with a second scheduler on the same database, and without an agent. */
  static ConsoleSetup withTwoSchedulers(String name) {
    return new ConsoleSetup(name, Programs.TWO_SCHEDULERS);
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Chromium.program().isPresent()) {
      return ConditionEvaluationResult.enabled("Chromium is installed");
    }
    if (context.getTestMethod().isEmpty()) {
      System.out.println(
          "SKIPPED "
              + context.getDisplayName()
              + ": Chromium is not installed (Debian: apt-get install chromium)");
    }
    return ConditionEvaluationResult.disabled("Chromium is not installed");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    stack = new Stack(name);
    if (programs == Programs.TWO_SCHEDULERS) {
      database = Postgres.start(stack.directory());
      other = new Stack(name + "-other");
      stack.startSchedulerOn(database);
      other.startSchedulerOn(database);
    } else {
      stack.startScheduler();
    }
    if (programs == Programs.SCHEDULER_AND_AGENT) {
      stack.startAgent();
    }
    chromium = Chromium.start();
  }

  Stack stack() {
    return stack;
  }

  Api api() {
    return stack.api();
  }

  String origin() {
    return "http://localhost:" + stack.apiPort();
  }

  /** The origin of the second scheduler. */
  String otherOrigin() {
    return "http://localhost:" + other.apiPort();
  }

  /** Opens a window of a common size. */
  Window window() {
    return windowAt(origin());
  }

  Window window(NewContextOptions options) {
    return windowAt(origin(), options);
  }

  Window windowAt(String address) {
    return windowAt(address, new NewContextOptions().setViewportSize(1280, 800));
  }

  Window windowAt(String address, NewContextOptions options) {
    Window window =
        new Window(
            chromium.browser().newContext(options.setLocale("en-US").setTimezoneId(ZONE.getId())),
            address);
    windows.add(window);
    return window;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean passed = context.getExecutionException().isEmpty();
    List<Window> opened = List.copyOf(windows);
    windows.clear();
    if (!passed) {
      // A window that the test closed must not hide why it failed or was left out.
      opened.stream()
          .filter(window -> !window.page().isClosed())
          .forEach(window -> window.screenshot("failed-" + context.getDisplayName()));
    }
    opened.forEach(Window::close);
    if (passed) {
      opened.forEach(Window::assertQuiet);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (chromium != null) {
      chromium.close();
    }
    if (other != null) {
      other.close();
    }
    if (stack != null) {
      stack.close();
    }
    if (database != null) {
      database.close();
    }
  }
}
