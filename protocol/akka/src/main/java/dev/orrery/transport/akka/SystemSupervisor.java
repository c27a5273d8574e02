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
 * Keeps an actor system running behind a proxy. Replaces a system that is quarantined or has ended
 * by one with another uid, and increases the delay if that happens often. The proxy's port stays
 * open in the meantime.
 *
 * @param <S> the type that contains the actor system
 */
public final class SystemSupervisor<S> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SystemSupervisor.class.getName());

  private final FrameProxy proxy;
  private final Function<Runnable, S> starter;
  private final Function<S, ArterySystem> inside;
  private final Runnable onReplaced;
  private final RestartBackoff backoff = new RestartBackoff();
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, SystemSupervisor::thread);
  private volatile S current;
  private boolean replacing;
  private boolean closed;

  /**
   * @param starter starts a system; the system runs the given action when it must be replaced
   * @param onReplaced runs after each replacement
   */
  public SystemSupervisor(
      FrameProxy proxy,
      Function<Runnable, S> starter,
      Function<S, ArterySystem> inside,
      Runnable onReplaced) {
    this.proxy = proxy;
    this.starter = starter;
    this.inside = inside;
    this.onReplaced = onReplaced;
  }

  public void open() throws ClosedChannelException {
    current = start();
    proxy.open(inside.apply(current).inner(), inside.apply(current).own());
  }

  public S current() {
    return current;
  }

  private S start() {
    S started = starter.apply(this::replace);
    inside.apply(started).onEnded(() -> onEnded(started));
    return started;
  }

  private void onEnded(S ended) {
    if (current == ended) {
      replace();
    }
  }

  private synchronized void replace() {
    if (!closed && !replacing) {
      replacing = true;
      Duration delay = backoff.delay(System.nanoTime());
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
      proxy.redirect(inside.apply(next).inner());
      onReplaced.run();
      LOG.log(Level.INFO, "akka: replaced the actor system; new connections use it");
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "akka: failed to start the actor system; retrying", e);
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
    Thread thread = new Thread(work, "orrery-akka-supervisor");
    thread.setDaemon(true);
    return thread;
  }
}
