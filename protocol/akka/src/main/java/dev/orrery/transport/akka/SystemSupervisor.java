package dev.orrery.transport.akka;

import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.proxy.FrameProxy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Keeps an actor system running behind a proxy. Replaces a system that is quarantined, has ended or
 * does not answer by one with another uid, and increases the delay if that happens often. The
 * proxy's port stays open in the meantime.
 *
 * @param <S> the type that contains the actor system
 */
public final class SystemSupervisor<S> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SystemSupervisor.class.getName());
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  /** A system that has ended serves nobody, so its successor waits no longer than this. */
  private static final Duration MAX_DELAY_OF_ENDED = Duration.ofSeconds(3);

  /** Each second look sends a probe, so the answer to one may be lost. */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(5);

  private final FrameProxy proxy;
  private final Function<Runnable, S> starter;
  private final Function<S, ArterySystem> inside;
  private final Runnable onReplaced;
  private final PortProbe probe;
  private final RestartBackoff backoff = new RestartBackoff();
  private final SilenceRule silenceRule = new SilenceRule(System.nanoTime());
  private final AtomicLong replacements = new AtomicLong();
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, work -> thread("supervisor", work));
  private long looks;
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
    this.probe = new PortProbe(proxy);
  }

  public void open() throws ClosedChannelException {
    current = start();
    proxy.open(inside.apply(current).inner(), inside.apply(current).own());
    var unused =
        executor.scheduleWithFixedDelay(
            this::look, 0, LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  public S current() {
    return current;
  }

  /** Returns true if the system has answered a message that went through the port lately. */
  public boolean isResponding() {
    ArterySystem system = inside.apply(current);
    return !system.isEnding() && system.probes().silence().compareTo(MAX_SILENCE) <= 0;
  }

  /** The number of systems that were replaced. */
  public long replacements() {
    return replacements.get();
  }

  private S start() {
    return starter.apply(() -> replace(Duration.ofDays(1)));
  }

  private void look() {
    try {
      ArterySystem system = inside.apply(current);
      if (looks++ % 2 == 0) {
        probe.send(system);
      }
      Duration silence = system.probes().silence();
      if (system.isEnding()) {
        replace(MAX_DELAY_OF_ENDED);
      } else if (silenceRule.mustReplace(silence, System.nanoTime())) {
        LOG.log(
            Level.ERROR,
            "akka: the actor system answered no message through its port; replacing it:"
                + " silence={0}s",
            silence.toSeconds());
        replace(Duration.ZERO);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "akka: failed to look at the actor system; looking again in 1 s", e);
    }
  }

  private synchronized void replace(Duration maxDelay) {
    if (!closed && !replacing) {
      replacing = true;
      Duration delay = backoff.delay(System.nanoTime());
      var unused =
          executor.schedule(
              this::replaceNow,
              Math.min(delay.toMillis(), maxDelay.toMillis()),
              TimeUnit.MILLISECONDS);
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
      probe.close();
      replacements.incrementAndGet();
      onReplaced.run();
      LOG.log(Level.INFO, "akka: replaced the actor system; peers connect to the new one");
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "akka: failed to start the actor system; retrying", e);
      synchronized (this) {
        replacing = false;
      }
      replace(MAX_DELAY_OF_ENDED);
      return;
    }
    // It may never end, and its successor is looked after meanwhile.
    thread("end", () -> inside.apply(before).close()).start();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    executor.shutdownNow();
    probe.close();
    S last = current;
    if (last != null) {
      inside.apply(last).close();
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, "orrery-akka-" + name);
    thread.setDaemon(true);
    return thread;
  }
}
