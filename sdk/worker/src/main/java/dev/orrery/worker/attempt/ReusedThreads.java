package dev.orrery.worker.attempt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An unbounded pool of reused threads that wakes as few of them as possible. At most one woken
 * thread is on its way to a task at a time; it wakes the next thread before it runs its own task.
 * So a burst of short tasks wakes few threads, whereas a pool that hands each task to a parked
 * thread wakes one per task.
 */
final class ReusedThreads implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 60;

  private final ThreadFactory factory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final Set<Thread> live = new HashSet<>();
  private int idle;
  private boolean waking;
  private boolean closed;

  ReusedThreads(ThreadFactory factory) {
    this.factory = factory;
  }

  /**
   * @throws RejectedExecutionException if this is closed
   * @throws OutOfMemoryError if the process may have no more threads; the task does not run then
   */
  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      if (closed) {
        throw new RejectedExecutionException("closed");
      }
      tasks.add(task);
      try {
        wake();
      } catch (RuntimeException | Error e) {
        tasks.removeLastOccurrence(task);
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    if (waking) {
      return;
    }
    if (idle > 0) {
      work.signal();
    } else {
      Thread thread = factory.newThread(this::work);
      live.add(thread);
      try {
        thread.start();
      } catch (RuntimeException | Error e) {
        live.remove(thread);
        throw e;
      }
    }
    waking = true;
  }

  private void work() {
    try {
      for (Runnable task = next(true); task != null; task = next(false)) {
        task.run();
      }
    } finally {
      ended();
    }
  }

  /** A thread may have died on its way to a task. */
  private void ended() {
    lock.lock();
    try {
      live.remove(Thread.currentThread());
      waking = false;
      if (!tasks.isEmpty()) {
        wakeIfPossible();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the next task; null after a minute without one, or if this was closed.
   *
   * @param woken whether this thread was started for a task
   */
  private Runnable next(boolean woken) {
    lock.lock();
    try {
      if (woken) {
        waking = false;
      }
      while (tasks.isEmpty()) {
        if (closed) {
          return null;
        }
        idle++;
        try {
          if (!work.await(IDLE_SECONDS, TimeUnit.SECONDS) && tasks.isEmpty()) {
            return null;
          }
        } catch (InterruptedException e) {
          // Of a stop that came after its attempt had ended, or of the close: looks again.
        } finally {
          idle--;
          waking = false;
        }
      }
      Runnable task = tasks.removeFirst();
      // Such a stop may also come now.
      Thread.interrupted();
      if (!tasks.isEmpty()) {
        wakeIfPossible();
      }
      return task;
    } finally {
      lock.unlock();
    }
  }

  /** The tasks that wait run when a thread is free, if the process may have no more threads. */
  private void wakeIfPossible() {
    try {
      wake();
    } catch (OutOfMemoryError e) {
      // The next task that is handed over says so.
      waking = false;
    }
  }

  /** Interrupts the threads, without waiting for them; tasks that have not started do not run. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      tasks.clear();
      live.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }
}
