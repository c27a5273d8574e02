package dev.orrery.scheduler.logs;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.lifecycle.GracefulShutdown;
import dev.orrery.scheduler.logs.FollowStore.News;
import dev.orrery.scheduler.logs.FollowStore.Place;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.time.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * All who follow logs at this replica. Lines that come in here wake them at once; for those that
 * came in elsewhere, and for the ends of instances, one statement a second looks for all of them.
 */
@ApplicationScoped
public class LogStreamRegistry {
  private static final Logger LOG = Logger.getLogger(LogStreamRegistry.class);

  /** So many read at once; each follower waits in the queue once at most. */
  private static final int READERS = 2;

  /** Lines come in bursts; what comes within this time is read together. */
  private static final long GATHER_MILLIS = 25;

  private final LogStore store;
  private final FollowStore looks;
  private final LogConfig config;
  private final Ticker ticker;
  private final Set<LogStream> all = ConcurrentHashMap.newKeySet();
  private final Set<Long> written = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean gathering = new AtomicBoolean();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, work -> thread(work, "orrery-log-timer"));
  private final ThreadPoolExecutor readers =
      new ThreadPoolExecutor(
          READERS,
          READERS,
          60,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> thread(work, "orrery-log-reader"));
  private boolean ticking;
  private volatile boolean ending;

  LogStreamRegistry(
      LogStore store,
      FollowStore looks,
      LogConfig config,
      Ticker ticker,
      GracefulShutdown leaving) {
    this.store = store;
    this.looks = looks;
    this.config = config;
    this.ticker = ticker;
    readers.allowCoreThreadTimeOut(true);
    // Requests under way are waited for before any bean hears of the stop; these never end.
    leaving.beforeStop(this::end);
  }

  /**
   * What to write to one who follows, from a place on.
   *
   * @throws ProblemException {@code OVERLOADED}, {@code UNAVAILABLE}
   */
  Multi<OutboundSseEvent> follow(Place from, LogEventWriter events) {
    if (ending) {
      throw ProblemException.unavailable("The scheduler is stopping.");
    }
    if (all.size() >= config.maxFollowers()) {
      throw ProblemException.overloaded(
          "At most "
              + config.maxFollowers()
              + " may follow logs here at once (orrery.logs.max-followers).");
    }
    return Multi.createFrom().publisher(subscriber -> join(from, events, subscriber));
  }

  private void join(
      Place from, LogEventWriter events, Flow.Subscriber<? super OutboundSseEvent> subscriber) {
    LogStream following = new LogStream(this, subscriber, events, ticker, from);
    all.add(following);
    begin();
    subscriber.onSubscribe(following);
    if (ending) {
      following.breakOff();
    }
  }

  private synchronized void begin() {
    if (ticking || timer.isShutdown()) {
      return;
    }
    ticking = true;
    var unused = timer.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  void left(LogStream following) {
    all.remove(following);
  }

  int count() {
    return all.size();
  }

  /** Lines of these instances have been committed. Does not block. */
  void written(Collection<Long> instances) {
    if (all.isEmpty()) {
      return;
    }
    written.addAll(instances);
    if (gathering.compareAndSet(false, true)) {
      try {
        var unused = timer.schedule(this::wake, GATHER_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        gathering.set(false);
      }
    }
  }

  private void wake() {
    gathering.set(false);
    Set<Long> instances = new HashSet<>(written);
    written.removeAll(instances);
    all.stream()
        .filter(following -> instances.contains(following.instance()))
        .forEach(LogStream::written);
  }

  void read(LogStream following) {
    onReader(
        () -> {
          try {
            following.readFrom(store, looks);
          } catch (DatabaseException e) {
            LOG.debugf("A log could not be read, and is read again soon: %s", e.getMessage());
          }
        });
  }

  private boolean onReader(Runnable work) {
    try {
      readers.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      // The service stops, and all are broken off.
      return false;
    }
  }

  private void tick() {
    for (LogStream following : all) {
      if (following.age().compareTo(config.maxFollowDuration()) > 0) {
        following.breakOff();
      } else {
        following.tick();
      }
    }
    if (!all.isEmpty() && looking.compareAndSet(false, true) && !onReader(this::look)) {
      looking.set(false);
    }
  }

  private void look() {
    try {
      List<LogStream> waiting = new ArrayList<>();
      List<Place> places = new ArrayList<>();
      for (LogStream following : all) {
        Place wanted = following.wanted();
        if (wanted != null) {
          waiting.add(following);
          places.add(wanted);
        }
      }
      if (places.isEmpty()) {
        return;
      }
      List<News> news = looks.look(places);
      for (int i = 0; i < news.size(); i++) {
        waiting.get(i).hear(places.get(i), news.get(i));
      }
    } catch (DatabaseException e) {
      LOG.debugf("The followed logs could not be looked at: %s", e.getMessage());
    } finally {
      looking.set(false);
    }
  }

  private void end() {
    ending = true;
    all.forEach(LogStream::breakOff);
  }

  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) {
    timer.shutdownNow();
    readers.shutdown();
    end();
  }

  private static Thread thread(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
