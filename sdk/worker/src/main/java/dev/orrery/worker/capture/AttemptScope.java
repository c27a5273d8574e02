package dev.orrery.worker.capture;

import dev.orrery.worker.AttemptContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Associates a thread with the attempt that it works for. The SDK opens a scope on the thread of
 * each attempt; a job that starts threads of its own passes the scope on with {@link
 * #carry(Runnable)}, or copies the MDC of its logging framework.
 */
public final class AttemptScope implements AutoCloseable {
  /**
   * The key of the attempt in the MDC. Its value is {@code INSTANCE/ATTEMPT}; {@code
   * INSTANCE/ATTEMPT#N} if this JVM runs one of that name already, such as one of another
   * scheduler.
   */
  public static final String MDC_KEY = "orrery.attempt";

  private static final Logger LOG = System.getLogger(AttemptScope.class.getName());
  private static final Map<String, AttemptScope> OPEN = new ConcurrentHashMap<>();
  private static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();
  private static final AtomicLong NAMESAKES = new AtomicLong(1);
  private static final ThreadLocal<AttemptScope> CURRENT = new ThreadLocal<>();

  /** Learns which attempt a thread works for, on that thread. */
  public interface Listener {
    /**
     * @param attempt as in the MDC; null if the thread works for none any more
     */
    void onAttempt(@Nullable String attempt);
  }

  private final AttemptContext attempt;
  private final String name;

  private AttemptScope(AttemptContext attempt, String name) {
    this.attempt = attempt;
    this.name = name;
  }

  /** Opens the scope of an attempt, on its thread, which must close it. */
  public static AttemptScope open(AttemptContext attempt) {
    String name = attempt.instance() + "/" + attempt.attempt();
    AttemptScope scope = new AttemptScope(attempt, name);
    while (OPEN.putIfAbsent(scope.name, scope) != null) {
      scope = new AttemptScope(attempt, name + "#" + NAMESAKES.incrementAndGet());
    }
    enter(scope);
    return scope;
  }

  /** Ends the scope, also on threads that carry it. */
  @Override
  public void close() {
    OPEN.remove(name, this);
    enter(null);
  }

  private static void enter(@Nullable AttemptScope scope) {
    if (scope == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(scope);
    }
    LISTENERS.forEach(listener -> tell(listener, scope == null ? null : scope.name));
  }

  private static void tell(Listener listener, @Nullable String attempt) {
    try {
      listener.onAttempt(attempt);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "An attempt listener failed; running the attempt without it", e);
    }
  }

  /** Returns the attempt that this thread works for. */
  public static Optional<AttemptContext> current() {
    return Optional.ofNullable(CURRENT.get()).filter(AttemptScope::isOpen).map(one -> one.attempt);
  }

  /**
   * Returns a running attempt.
   *
   * @param name as in the MDC; may be null
   */
  public static Optional<AttemptContext> named(@Nullable String name) {
    return Optional.ofNullable(name).map(OPEN::get).map(scope -> scope.attempt);
  }

  private boolean isOpen() {
    return OPEN.get(name) == this;
  }

  /** Returns a task that works for the attempt of this thread, on whichever thread it runs. */
  public static Runnable carry(Runnable task) {
    Objects.requireNonNull(task);
    AttemptScope scope = CURRENT.get();
    return () -> {
      AttemptScope before = CURRENT.get();
      enter(scope);
      try {
        task.run();
      } finally {
        enter(before);
      }
    };
  }

  /** Like {@link #carry(Runnable)}, for a task with a result. */
  public static <T> Callable<T> carry(Callable<T> task) {
    Objects.requireNonNull(task);
    AttemptScope scope = CURRENT.get();
    return () -> {
      AttemptScope before = CURRENT.get();
      enter(scope);
      try {
        return task.call();
      } finally {
        enter(before);
      }
    };
  }

  /** Adds a listener for attempts that begin from now on. */
  public static void addListener(Listener listener) {
    LISTENERS.add(listener);
  }

  public static void removeListener(Listener listener) {
    LISTENERS.remove(listener);
  }
}
