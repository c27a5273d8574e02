package dev.orrery.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunLogHandlerTest {
  private final Logger root = Logger.getLogger("");
  private final Logger logger = Logger.getLogger("com.example.Orders");
  private final Handler[] others = root.getHandlers();
  private RunLogHandler handler;

  /** The console would format each event, too, and print a lot. */
  @BeforeEach
  void install() {
    Arrays.stream(others).forEach(root::removeHandler);
    handler = RunLogHandler.install();
  }

  @AfterEach
  void remove() {
    root.removeHandler(handler);
    Arrays.stream(others).forEach(root::addHandler);
  }

  @Test
  void writesOnlyLinesLoggedDuringAttempt() {
    logger.info("before");
    RunLines run =
        RunLines.of(
            1,
            context -> {
              logger.log(Level.INFO, "imported {0} of {1}", new Object[] {3, 5});
              logger.warning("two are invalid\nrow 4");
              logger.fine("below the level of the logger");
              return null;
            });
    logger.info("after");

    assertThat(run.lines())
        .containsExactly(
            "stdout: INFO com.example.Orders - imported 3 of 5",
            "stderr: WARNING com.example.Orders - two are invalid",
            "stderr: row 4");
  }

  @Test
  void writesStackTraceOfLoggedException() {
    RunLines run =
        RunLines.of(
            2,
            context -> {
              logger.log(Level.SEVERE, "failed", new IllegalStateException("broken"));
              return null;
            });

    assertThat(run.lines())
        .startsWith(
            "stderr: SEVERE com.example.Orders - failed",
            "stderr: java.lang.IllegalStateException: broken")
        .anyMatch(line -> line.startsWith("stderr: \tat " + getClass().getName()));
  }

  @Test
  void separatesLinesOfConcurrentAttempts() {
    List<RunLines> inner = new ArrayList<>();
    RunLines outer =
        RunLines.of(
            3,
            context -> {
              Thread other =
                  new Thread(() -> inner.add(RunLines.of(4, one -> log("inner"))), "other");
              other.start();
              other.join();
              return log("outer");
            });

    assertThat(outer.lines()).containsExactly("stdout: INFO com.example.Orders - outer");
    assertThat(inner.get(0).lines()).containsExactly("stdout: INFO com.example.Orders - inner");
  }

  private String log(String text) {
    logger.info(text);
    return null;
  }

  @Test
  void skipsRecordsBelowHandlerLevel() {
    handler.setLevel(Level.WARNING);

    assertThat(RunLines.of(5, context -> log("too low")).lines()).isEmpty();
  }

  @Test
  void omitsLinesLoggedBySdk() {
    RunLines run =
        RunLines.of(
            6,
            context -> {
              System.getLogger("dev.orrery.worker.report.Reporter")
                  .log(System.Logger.Level.INFO, "of the SDK");
              Logger.getLogger("dev.orrery.workers").info("of an application");
              return null;
            });

    assertThat(run.lines()).containsExactly("stdout: INFO dev.orrery.workers - of an application");
  }

  @Test
  void omitsLinesLoggedDuringFormatting() {
    Object chatty =
        new Object() {
          @Override
          public String toString() {
            log("inside");
            return "chatty";
          }
        };

    RunLines run =
        RunLines.of(
            7,
            context -> {
              logger.log(Level.INFO, "{0}", chatty);
              return null;
            });

    assertThat(run.lines()).containsExactly("stdout: INFO com.example.Orders - chatty");
  }

  @Test
  void reportsFormattingErrorToErrorManager() {
    List<Exception> errors = new ArrayList<>();
    handler.setErrorManager(
        new ErrorManager() {
          @Override
          public synchronized void error(String message, Exception e, int code) {
            errors.add(e);
          }
        });
    handler.setFormatter(
        new Formatter() {
          @Override
          public String format(LogRecord event) {
            throw new IllegalArgumentException("no format");
          }
        });

    RunLines run = RunLines.of(8, context -> "done" + log("x"));

    assertThat(run.outcome().result()).isEqualTo("donenull");
    assertThat(run.lines()).isEmpty();
    assertThat(errors).singleElement().isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void limitsLengthOfLinesAndOfLog() {
    RunLines run =
        RunLines.of(
            9,
            context -> {
              for (int i = 0; i < 10; i++) {
                log("x".repeat(1_000_000));
                log("y\n".repeat(1_000_000));
              }
              return null;
            });

    assertThat(run.lines()).allMatch(line -> line.length() < 20_000);
    assertThat(run.lines().stream().mapToLong(String::length).sum()).isLessThan(2 * 1024 * 1024);
    assertThat(run.lines()).anyMatch(line -> line.startsWith("orrery: truncated"));
  }

  @Test
  void installsSingleHandlerOnRepeatedInstall() {
    assertThat(RunLogHandler.install()).isSameAs(handler);
    assertThat(Arrays.stream(root.getHandlers()).filter(RunLogHandler.class::isInstance))
        .hasSize(1);
  }
}
