package dev.orrery.transport.akka;

import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.proxy.FrameProxy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Keeps an actor system behind a guard: one that is in quarantine, or has ended by itself, is
 * replaced by another with a number of its own, later and later if that happens often. The port in
 * front stays open meanwhile.
 *
 * @param <S> what is around the actor system
 */
final class SystemSupervisor<S> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SystemSupervisor.class.getName());

  private final FrameProxy guard;
  private final Function<Runnable, S> starter;
  private final Function<S, ArterySystem> inside;
  private final Runnable whenReplaced;
  private final RestartBackoff renewal = new RestartBackoff();
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, SystemSupervisor::thread);
  private volatile S current;
  private boolean replacing;
  private boolean closed;

  /**
   * @param starter is given what to run when the system that it starts is of no use any more
   * @param whenReplaced what to do after another system has taken the place of one
   */
  SystemSupervisor(
      FrameProxy guard,
      Function<Runnable, S> starter,
      Function<S, ArterySystem> inside,
      Runnable whenReplaced) {
    this.guard = guard;
    this.starter = starter;
    this.inside = inside;
    this.whenReplaced = whenReplaced;
  }

  /** Starts the first one, and lets peers in. */
  void open() throws ClosedChannelException {
    current = start();
    guard.open(inside.apply(current).inner(), inside.apply(current).own());
  }

  S current() {
    return current;
  }

  private S start() {
    S started = starter.apply(this::replace);
    inside.apply(started).whenEnded(() -> endedByItself(started));
    return started;
  }

  private void endedByItself(S ended) {
    if (current == ended) {
      replace();
    }
  }

  /** The current one is of no use any more. */
  private synchronized void replace() {
    if (!closed && !replacing) {
      replacing = true;
      Duration delay = renewal.delay(System.nanoTime());
      var unused = executor.schedule(this::replaceNow, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void replaceNow() {
    S before = current;
    try {
      S next = start();
      synchronized (this) {
        replacing = false;
        current = next;
      }
      guard.redirect(inside.apply(next).inner());
      whenReplaced.run();
      LOG.log(Level.INFO, "akka: a new actor system has taken the place of one that was of no use");
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "akka: no new actor system could be started; it is tried again", e);
      synchronized (this) {
        replacing = false;
      }
      replace();
      return;
    }
    inside.apply(before).close();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    executor.shutdownNow();
    S last = current;
    if (last != null) {
      inside.apply(last).close();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-akka-keeper");
    thread.setDaemon(true);
    return thread;
  }
}
