package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptThreadsTest {
  private static final ThreadLocal<String> TENANT = new ThreadLocal<>();
  private static final InheritableThreadLocal<String> USER = new InheritableThreadLocal<>();

  private static final boolean OF_APPLICATION = false;
  private static final boolean CLEAN = true;

  private record Seen(Thread thread, String tenant, String user, ClassLoader loader) {}

  static Stream<Supplier<AttemptThreads>> ownThreads() {
    return Stream.of(AttemptThreads::platform, AttemptThreads::virtual);
  }

  @ParameterizedTest
  @MethodSource("ownThreads")
  void runsEachAttemptOnFreshThread(Supplier<AttemptThreads> open) throws Exception {
    ClassLoader own = getClass().getClassLoader();
    USER.set("who started the worker");
    try (AttemptThreads threads = open.get()) {
      List<Seen> seen = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        seen.add(run(threads, OF_APPLICATION));
      }

      assertThat(seen).extracting(Seen::thread).doesNotHaveDuplicates();
      assertThat(seen)
          .allSatisfy(
              one -> {
                assertThat(one.tenant()).isNull();
                assertThat(one.user()).isNull();
                assertThat(one.loader()).isSameAs(own);
                assertThat(one.thread().isDaemon()).isTrue();
                assertThat(one.thread().getName()).matches("orrery-attempt-\\d+");
              });
    } finally {
      USER.remove();
    }
  }

  /** Also leaves behind what the next attempt must not see. */
  private static Seen run(AttemptThreads threads, boolean clean) throws Exception {
    CompletableFuture<Seen> seen = new CompletableFuture<>();
    threads.run(
        clean,
        () -> {
          Thread here = Thread.currentThread();
          seen.complete(new Seen(here, TENANT.get(), USER.get(), here.getContextClassLoader()));
          TENANT.set("a");
          USER.set("a");
          here.setContextClassLoader(new URLClassLoader(new URL[0]));
        },
        seen::completeExceptionally);
    return seen.get(10, TimeUnit.SECONDS);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void runsAttemptsOnVirtualThreads() throws Exception {
    try (AttemptThreads threads = AttemptThreads.virtual()) {
      Thread thread = run(threads, OF_APPLICATION).thread();

      assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
    }
  }

  @Test
  void reusesThreadForProcessorsThatLeaveItClean() {
    Set<Thread> threads = new HashSet<>();
    try (AttemptThreads attempts = AttemptThreads.platform()) {
      await().until(() -> !threads.add(run(attempts, CLEAN).thread()));
    }
  }

  @Test
  void runsBlockingTasksConcurrently() {
    CountDownLatch started = new CountDownLatch(500);
    CountDownLatch go = new CountDownLatch(1);
    try (AttemptThreads attempts = AttemptThreads.platform()) {
      for (int n = 0; n < 500; n++) {
        attempts.run(
            CLEAN,
            () -> {
              started.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            failure -> {});
      }
      await().until(() -> started.getCount() == 0);
      go.countDown();
    }
  }

  @Test
  void runsManyShortTasksOnFewThreads() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    AtomicInteger ran = new AtomicInteger();
    try (AttemptThreads attempts = AttemptThreads.platform()) {
      for (int n = 0; n < 100_000; n++) {
        attempts.run(
            CLEAN,
            () -> {
              threads.add(Thread.currentThread());
              ran.incrementAndGet();
            },
            failure -> {});
      }
      await().until(() -> ran.get() == 100_000);
    }
    assertThat(threads).hasSizeLessThan(50);
  }

  @Test
  void survivesFailingTask() {
    CountDownLatch next = new CountDownLatch(1);
    try (AttemptThreads attempts = AttemptThreads.platform()) {
      for (int n = 0; n < 100; n++) {
        attempts.run(
            CLEAN,
            () -> {
              throw new IllegalStateException("on purpose");
            },
            failure -> {});
      }
      attempts.run(CLEAN, next::countDown, failure -> {});
      await().dontCatchUncaughtExceptions().until(() -> next.getCount() == 0);
    }
  }

  @Test
  void interruptsAttemptAndStopThreadsOnClose() {
    CountDownLatch started = new CountDownLatch(3);
    CountDownLatch interrupted = new CountDownLatch(3);
    Runnable task =
        () -> {
          started.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    AttemptThreads threads = AttemptThreads.platform();
    threads.run(OF_APPLICATION, task, failure -> {});
    threads.run(CLEAN, task, failure -> {});
    threads.ofStops(OF_APPLICATION).execute(task);
    await().until(() -> started.getCount() == 0);

    threads.close();

    await().until(() -> interrupted.getCount() == 0);
  }

  @Test
  void runsAttemptsButNoStopActionsOnExecutorOfApplication() throws Exception {
    ExecutorService executor =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "of the application"));
    try (AttemptThreads threads = AttemptThreads.of(executor)) {
      CompletableFuture<Thread> stop = new CompletableFuture<>();
      threads.ofStops(CLEAN).execute(() -> stop.complete(Thread.currentThread()));

      assertThat(run(threads, CLEAN).thread().getName()).isEqualTo("of the application");
      assertThat(stop.get(10, TimeUnit.SECONDS).getName()).startsWith("orrery-stop-");
    } finally {
      executor.shutdownNow();
    }
    assertThat(executor.isShutdown()).isTrue();
  }

  static Stream<Arguments> refusals() {
    Executor full =
        task -> {
          throw new RejectedExecutionException("the queue is full");
        };
    return Stream.of(
        Arguments.of(full, "the queue is full"),
        Arguments.of((Executor) Runnable::run, "runs tasks on the thread that hands them over"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void reportsWhyExecutorRunsNoAttempt(Executor executor, String reason) {
    CompletableFuture<Throwable> refusal = new CompletableFuture<>();
    try (AttemptThreads threads = AttemptThreads.of(executor)) {
      threads.run(
          OF_APPLICATION,
          () -> refusal.completeExceptionally(new AssertionError()),
          refusal::complete);

      assertThat(refusal)
          .succeedsWithin(Duration.ofSeconds(10))
          .satisfies(
              thrown ->
                  assertThat(thrown)
                      .isInstanceOf(RejectedExecutionException.class)
                      .hasMessageContaining(reason));
    }
  }

  @Test
  void runsWithoutWaitingForBlockingExecutor() {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    Executor blocking =
        task -> {
          blocked.countDown();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (AttemptThreads threads = AttemptThreads.of(blocking)) {
      threads.run(OF_APPLICATION, () -> {}, failure -> {});
      threads.run(OF_APPLICATION, () -> {}, failure -> {});

      await().until(() -> blocked.getCount() == 0);
    } finally {
      end.countDown();
    }
  }
}
