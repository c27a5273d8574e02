package dev.orrery.worker.attempt;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs attempts, and their {@code onStop} actions, on threads. A thread ends with its attempt, so
 * that nothing is left on it for the next attempt; it is reused only if the processor {@linkplain
 * dev.orrery.worker.Processor#leavesThreadClean leaves it clean}. Thread-safe.
 */
public final class AttemptThreads implements AutoCloseable {
  private static final String ATTEMPT = "orrery-attempt-";
  private static final String STOP = "orrery-stop-";

  private final Executor freshForStops = task -> start(STOP, task);
  private final Optional<Executor> chosen;
  private final ThreadFactory fresh;
  private final ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final AtomicInteger number = new AtomicInteger();
  private final Set<Thread> live = ConcurrentHashMap.newKeySet();
  private final ReusedThreads reused = new ReusedThreads(task -> prepared(platform(task), ATTEMPT));

  /** The executor of an application may block, which the event loop must not. */
  private final ExecutorService handover =
      Executors.newSingleThreadExecutor(task -> prepared(platform(task), "orrery-handover-"));

  private AttemptThreads(Optional<Executor> chosen, ThreadFactory fresh) {
    this.chosen = chosen;
    this.fresh = fresh;
  }

  /** Threads of the platform. */
  public static AttemptThreads platform() {
    return new AttemptThreads(Optional.empty(), AttemptThreads::platform);
  }

  /** Virtual threads; those of the platform if the JDK has none. */
  public static AttemptThreads virtual() {
    return new AttemptThreads(
        Optional.empty(), VirtualThreads.factory().orElse(AttemptThreads::platform));
  }

  /**
   * @param executor of the application, which also decides whether a thread runs several attempts
   */
  public static AttemptThreads of(Executor executor) {
    return new AttemptThreads(Optional.of(executor), AttemptThreads::platform);
  }

  /** Inherits nothing: the values would be those of whoever started the worker. */
  private static Thread platform(Runnable task) {
    Thread thread = new Thread(null, task, STOP, 0, false);
    thread.setDaemon(true);
    return thread;
  }

  private Thread prepared(Thread thread, String name) {
    thread.setName(name + number.incrementAndGet());
    thread.setContextClassLoader(loader);
    return thread;
  }

  /**
   * Runs an attempt on another thread.
   *
   * @param clean whether its processor leaves nothing on the thread
   * @param refused gets why it does not run, on any thread
   */
  void run(boolean clean, Runnable attempt, Consumer<Throwable> refused) {
    try {
      if (chosen.isPresent()) {
        handover.execute(() -> handOver(chosen.get(), attempt, refused));
      } else if (clean) {
        reused.execute(attempt);
      } else {
        start(ATTEMPT, attempt);
      }
    } catch (RuntimeException | Error e) {
      // Such as the OutOfMemoryError of a process that may have no more threads.
      refused.accept(e);
    }
  }

  private static void handOver(Executor executor, Runnable attempt, Consumer<Throwable> refused) {
    Thread own = Thread.currentThread();
    try {
      executor.execute(
          () -> {
            if (Thread.currentThread() == own) {
              refused.accept(
                  new RejectedExecutionException(
                      "the executor of WorkerSettings.executor runs tasks on the thread that hands"
                          + " them over. Give it threads for the capacity of the worker, and no"
                          + " CallerRunsPolicy."));
            } else {
              attempt.run();
            }
          });
    } catch (RuntimeException | Error e) {
      refused.accept(e);
    }
  }

  /**
   * Returns where the actions of {@code onStop} run.
   *
   * @param clean whether the processor leaves nothing on the thread
   */
  Executor ofStops(boolean clean) {
    return chosen.isEmpty() && clean ? reused : freshForStops;
  }

  private void start(String name, Runnable task) {
    Thread thread =
        fresh.newThread(
            () -> {
              try {
                task.run();
              } finally {
                live.remove(Thread.currentThread());
              }
            });
    prepared(thread, name);
    live.add(thread);
    try {
      thread.start();
    } catch (RuntimeException | Error e) {
      live.remove(thread);
      throw e;
    }
  }

  /** Interrupts the threads, without waiting for them. */
  @Override
  public void close() {
    handover.shutdownNow();
    reused.close();
    live.forEach(Thread::interrupt);
  }
}
