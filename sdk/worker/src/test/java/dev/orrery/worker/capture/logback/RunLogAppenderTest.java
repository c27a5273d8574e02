package dev.orrery.worker.capture.logback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import dev.orrery.worker.capture.AttemptScope;
import dev.orrery.worker.capture.RunLines;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class RunLogAppenderTest {
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger logger = LoggerFactory.getLogger("com.example.Orders");
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @BeforeEach
  void reset() {
    context.reset();
    root.setLevel(Level.INFO);
  }

  @AfterEach
  void close() {
    pool.shutdownNow();
    context.reset();
  }

  @Test
  void writesLinesOfAttemptAndSetsItsIdInMdc() {
    RunLogAppender.install();
    logger.info("before");
    RunLines run =
        RunLines.of(
            1,
            attempt -> {
              logger.info("imported {} of {}", 3, 5);
              logger.error("failed", new IllegalStateException("broken"));
              logger.debug("below the level");
              return MDC.get(AttemptScope.MDC_KEY);
            });
    logger.info("after");

    assertThat(run.outcome().result()).isEqualTo("1/1");
    assertThat(MDC.get(AttemptScope.MDC_KEY)).isNull();
    assertThat(run.lines())
        .startsWith(
            "stdout: INFO  com.example.Orders - imported 3 of 5",
            "stderr: ERROR com.example.Orders - failed",
            "stderr: java.lang.IllegalStateException: broken")
        .noneMatch(line -> line.contains("before") || line.contains("after"));
  }

  @Test
  void separatesLinesOfConcurrentAttemptsWithSameName() {
    RunLogAppender.install();
    CyclicBarrier turns = new CyclicBarrier(2);
    List<CompletableFuture<RunLines>> runs =
        Stream.of("a", "b")
            .map(
                name ->
                    CompletableFuture.supplyAsync(
                        () -> RunLines.of(3, attempt -> logInTurns(name, turns)),
                        task -> new Thread(task).start()))
            .toList();

    assertThat(runs.get(0).join().lines())
        .isEqualTo(Collections.nCopies(20, "stdout: INFO  com.example.Orders - a"));
    assertThat(runs.get(1).join().lines())
        .isEqualTo(Collections.nCopies(20, "stdout: INFO  com.example.Orders - b"));
  }

  private String logInTurns(String name, CyclicBarrier turns) throws Exception {
    for (int i = 0; i < 20; i++) {
      turns.await(10, TimeUnit.SECONDS);
      logger.info(name);
    }
    turns.await(10, TimeUnit.SECONDS);
    return null;
  }

  @Test
  void capturesLinesOfThreadWithCopiedMdc() {
    RunLogAppender.install();
    RunLines run =
        RunLines.of(
            2,
            attempt -> {
              Map<String, String> mdc = MDC.getCopyOfContextMap();
              pool.submit(() -> logger.info("without")).get();
              pool.submit(
                      () -> {
                        MDC.setContextMap(mdc);
                        logger.info("copied");
                        MDC.clear();
                      })
                  .get();
              pool.submit(AttemptScope.carry(() -> logger.info("carried"))).get();
              return null;
            });

    assertThat(run.lines())
        .containsExactly(
            "stdout: INFO  com.example.Orders - copied",
            "stdout: INFO  com.example.Orders - carried");
  }

  @Test
  void capturesLinesAfterAttemptClearsMdc() {
    RunLogAppender.install();
    RunLines run =
        RunLines.of(
            3,
            attempt -> {
              MDC.clear();
              logger.info("cleared");
              return null;
            });

    assertThat(run.lines()).containsExactly("stdout: INFO  com.example.Orders - cleared");
  }

  @Test
  void capturesLinesThroughAsynchronousAppender() {
    RunLogAppender appender = RunLogAppender.install();
    root.detachAppender(appender);
    AsyncAppender async = new AsyncAppender();
    async.setContext(context);
    async.addAppender(appender);
    async.start();
    root.addAppender(async);

    RunLines run =
        RunLines.of(
            4,
            attempt -> {
              logger.info("later");
              async.stop(); // writes what is queued
              return null;
            });

    assertThat(run.lines()).containsExactly("stdout: INFO  com.example.Orders - later");
  }

  @Test
  void readsPatternAndThresholdFromConfiguration() throws Exception {
    configure(
        """
        <configuration>
          <appender name="RUN" class="dev.orrery.worker.capture.logback.RunLogAppender">
            <pattern>%level: %msg</pattern>
            <filter class="ch.qos.logback.classic.filter.ThresholdFilter">
              <level>WARN</level>
            </filter>
          </appender>
          <root level="INFO"><appender-ref ref="RUN"/></root>
        </configuration>
        """);

    RunLines run =
        RunLines.of(
            5,
            attempt -> {
              logger.info("too low");
              logger.warn("high");
              return null;
            });

    assertThat(run.lines()).containsExactly("stderr: WARN: high");
  }

  private void configure(String xml) throws Exception {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void omitsSdkLinesAndAvoidsRecursionDuringFormatting() {
    RunLogAppender.install();
    Object chatty =
        new Object() {
          @Override
          public String toString() {
            logger.info("inside");
            return "chatty";
          }
        };
    RunLines run =
        RunLines.of(
            6,
            attempt -> {
              LoggerFactory.getLogger("dev.orrery.worker.report.Reporter").warn("of the SDK");
              logger.info("{}", chatty);
              return null;
            });

    assertThat(run.lines()).contains("stdout: INFO  com.example.Orders - chatty");
    assertThat(run.lines()).noneMatch(line -> line.contains("of the SDK"));
    assertThat(run.lines()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void installsSingleAppenderAndCapturesNothingAfterStop() {
    RunLogAppender appender = RunLogAppender.install();
    assertThat(RunLogAppender.install()).isSameAs(appender);

    appender.stop();
    RunLines run =
        RunLines.of(
            7,
            attempt -> {
              logger.info("nobody listens");
              return MDC.get(AttemptScope.MDC_KEY);
            });

    assertThat(run.lines()).isEmpty();
    assertThat(run.outcome().result()).isNull();
  }
}
