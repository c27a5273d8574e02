package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.capture.RunLogHandler;
import dev.orrery.worker.capture.logback.RunLogAppender;
import dev.orrery.worker.test.ProcessorTester;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class LogCaptureTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(OrreryWorkerAutoConfiguration.class))
          .withPropertyValues(
              "orrery.worker.app=billing", "orrery.worker.token=" + TestTokens.WORKER)
          .withBean(Billing.class);

  static class Billing {
    @OrreryJob("import-orders")
    void importOrders() {
      LoggerFactory.getLogger("billing").warn("12 rows are odd");
    }
  }

  @AfterEach
  void removeFromTheRootLoggers() {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME))
        .detachAppender(RunLogAppender.install());
    handlers().forEach(Logger.getLogger("")::removeHandler);
  }

  private static List<Handler> handlers() {
    return List.of(Logger.getLogger("").getHandlers()).stream()
        .filter(RunLogHandler.class::isInstance)
        .toList();
  }

  private List<String> linesOfARun(String... settings) {
    List<String> lines = new ArrayList<>();
    runner
        .withPropertyValues(settings)
        .run(
            context ->
                lines.addAll(
                    ProcessorTester.of(context.getBean(JobBeans.class).jobs().get(0).processor())
                        .run()
                        .lines("stderr")));
    return lines;
  }

  @Test
  void capturesApplicationLogInLogOfRunWhenEnabled() {
    assertThat(linesOfARun("orrery.worker.log-capture=true"))
        .singleElement()
        .asString()
        .endsWith("12 rows are odd");
  }

  @Test
  void capturesLogWithoutWorkerInTests() {
    assertThat(linesOfARun("orrery.worker.log-capture=true", "orrery.worker.enabled=false"))
        .singleElement()
        .asString()
        .endsWith("12 rows are odd");
  }

  @Test
  void capturesNothingByDefault() {
    assertThat(linesOfARun()).isEmpty();
  }

  @Test
  void installsSingleHandlerForJavaUtilLogging() {
    LogCapture.install("org.slf4j.jul.JDK14LoggerFactory");
    LogCapture.install("org.slf4j.jul.JDK14LoggerFactory");

    assertThat(handlers()).hasSize(1);
  }

  @Test
  void refusesUnsupportedLoggingFramework() {
    assertThatThrownBy(() -> LogCapture.install("org.apache.logging.slf4j.Log4jLoggerFactory"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("orrery.worker.log-capture is true, and SLF4J writes to org.apache")
        .hasMessageContaining("Use Logback");
  }
}
