package dev.orrery.worker.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * An event loop with manual time, whose tasks run on the test's thread. Other threads may submit
 * tasks.
 */
public final class ManualEventLoop implements EventLoop {
  private static final long DEADLINE_NANOS = Duration.ofSeconds(10).toNanos();

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparing(Alarm::at).thenComparing(Alarm::number));
  private int alarmNumber;

  /** Nanoseconds overflow in the middle of a test, because only their differences may be used. */
  private final long offset = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  private Duration passed = Duration.ZERO;

  private record Alarm(Duration at, int number, Runnable task) {}

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public ScheduledTask after(Duration time, Runnable task) {
    Alarm alarm = new Alarm(passed.plus(time), alarmNumber++, task);
    alarms.add(alarm);
    return () -> alarms.remove(alarm);
  }

  @Override
  public long nanos() {
    return offset + passed.toNanos();
  }

  /** Runs the submitted tasks and the tasks that they submit. */
  public void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Advances the time; each timer runs at its own time. */
  public void pass(Duration time) {
    Duration until = passed.plus(time);
    run();
    while (!alarms.isEmpty() && alarms.peek().at().compareTo(until) <= 0) {
      Alarm due = alarms.poll();
      passed = due.at().compareTo(passed) > 0 ? due.at() : passed;
      due.task().run();
      run();
    }
    passed = until;
  }

  /** Runs tasks of other threads until the condition holds. */
  public void runUntil(BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("It has not come to that");
      }
      try {
        Runnable task = tasks.poll(5, TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The number of pending timers. */
  public int timers() {
    return alarms.size();
  }

  @Override
  public void close() {
    tasks.clear();
    alarms.clear();
  }
}
