package dev.orrery.scheduler.engine.logs;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.lifecycle.GracefulShutdown;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.FairQueue;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.base.time.TimerThread;
import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.engine.logs.FollowStore.News;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.CallerWatch;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * The log streams of this replica. Lines that arrive here wake their streams immediately. One
 * statement a second finds, for all streams, the lines that arrived at other replicas and the
 * instances that ended.
 */
@ApplicationScoped
public class LogStreamRegistry {
  private static final Logger LOG = Logger.getLogger(LogStreamRegistry.class);

  /** Lines arrive in bursts; lines within this time are read together. */
  private static final long BATCHING_DELAY_MILLIS = 25;

  private final LogStore store;
  private final FollowStore followStore;
  private final CallerWatch callers;
  private final LogConfig config;
  private final Ticker ticker;
  private final AppQuota followers;

  /** Reads that wait for a reader; guarded by itself. */
  private final FairQueue<Integer, Runnable> reads = new FairQueue<>();

  private final Set<LogStream> streams = ConcurrentHashMap.newKeySet();
  private final Set<Long> written = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean wakeScheduled = new AtomicBoolean();
  private final AtomicBoolean querying = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor timer = TimerThread.named("orrery-log-timer");
  private final ThreadPoolExecutor readers =
      new ThreadPoolExecutor(
          LogLimits.MAX_STREAM_READERS,
          LogLimits.MAX_STREAM_READERS,
          60,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> thread(work, "orrery-log-reader"));
  private boolean ticking;
  private volatile boolean stopping;

  LogStreamRegistry(
      LogStore store,
      FollowStore followStore,
      CallerWatch callers,
      LogConfig config,
      Ticker ticker,
      QuotaMetrics quotas,
      GracefulShutdown shutdown) {
    this.store = store;
    this.followStore = followStore;
    this.callers = callers;
    this.config = config;
    this.ticker = ticker;
    int most = Math.max(1, config.maxFollowers());
    int perApp = Math.min(most, Math.max(1, config.maxFollowersPerApp()));
    this.followers = quotas.watch("followers", new AppQuota(most, perApp));
    readers.allowCoreThreadTimeOut(true);
    // The stop of the service waits for requests in flight, and streams would not end.
    shutdown.beforeStop(this::disconnectAll);
  }

  /**
   * Takes a place for a stream. The end of the stream releases the place; a caller that opens no
   * stream must release it.
   *
   * @param app the app whose share the caller uses
   * @throws ProblemException {@code OVERLOADED}, {@code UNAVAILABLE}
   */
  QuotaPermit enter(int app) {
    if (stopping) {
      throw ProblemException.unavailable(ProblemTexts.STOPPING);
    }
    Optional<QuotaPermit> place =
        config.maxFollowers() < 1 ? Optional.empty() : followers.hold(app, 1);
    return place.orElseThrow(this::tooManyStreams);
  }

  private ProblemException tooManyStreams() {
    return ProblemException.overloaded(
        "At most "
            + config.maxFollowers()
            + " log streams may be open at one replica (orrery.logs.max-followers), and "
            + config.maxFollowersPerApp()
            + " of one app (orrery.logs.max-followers-per-app).");
  }

  /**
   * Returns the events of a log from a position on, until the instance or the attempt has ended, or
   * the caller is no longer valid. The client then connects again, and gets the reason.
   */
  Multi<OutboundSseEvent> follow(
      QuotaPermit place, Caller caller, FollowedLog from, LogEventWriter writer) {
    return Multi.createFrom()
        .publisher(subscriber -> open(place, caller, from, writer, subscriber));
  }

  private void open(
      QuotaPermit place,
      Caller caller,
      FollowedLog from,
      LogEventWriter writer,
      Flow.Subscriber<? super OutboundSseEvent> subscriber) {
    LogStream stream = new LogStream(this, place, subscriber, writer, ticker, from);
    streams.add(stream);
    startTicking();
    subscriber.onSubscribe(stream);
    stream.watchedBy(callers.watch(caller, refused -> stream.disconnect(), () -> {}));
    if (stopping) {
      stream.disconnect();
    }
  }

  private synchronized void startTicking() {
    if (ticking || timer.isShutdown()) {
      return;
    }
    ticking = true;
    var unused = timer.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  void onClosed(LogStream stream) {
    streams.remove(stream);
    stream.place().release();
  }

  int count() {
    return streams.size();
  }

  /** Lines of these instances were committed. Does not block. */
  void onLinesWritten(Collection<Long> instances) {
    if (streams.isEmpty()) {
      return;
    }
    written.addAll(instances);
    if (wakeScheduled.compareAndSet(false, true)) {
      try {
        var unused = timer.schedule(this::wake, BATCHING_DELAY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        wakeScheduled.set(false);
      }
    }
  }

  private void wake() {
    wakeScheduled.set(false);
    Set<Long> instances = new HashSet<>(written);
    written.removeAll(instances);
    streams.stream()
        .filter(stream -> instances.contains(stream.instance()))
        .forEach(LogStream::onLinesWritten);
  }

  void read(LogStream stream) {
    onReader(
        stream.place().app(),
        () -> {
          try {
            stream.readPage(store, followStore);
          } catch (DatabaseException e) {
            LOG.debugf(
                "Failed to read a log; retrying in 1 s: instance=%d: %s",
                stream.instance(), e.getMessage());
          }
        });
  }

  private boolean onReader(int app, Runnable work) {
    synchronized (reads) {
      reads.add(app, work);
    }
    try {
      readers.execute(() -> nextRead().run());
      return true;
    } catch (RejectedExecutionException e) {
      // The service stops, and disconnects all streams.
      return false;
    }
  }

  private Runnable nextRead() {
    synchronized (reads) {
      return reads.next();
    }
  }

  private void tick() {
    for (LogStream stream : streams) {
      if (stream.age().compareTo(config.maxFollowDuration()) > 0) {
        stream.disconnect();
      } else {
        stream.onTick();
      }
    }
    if (!streams.isEmpty()
        && querying.compareAndSet(false, true)
        && !onReader(AppQuota.ALL_APPS, this::queryNews)) {
      querying.set(false);
    }
  }

  private void queryNews() {
    try {
      Map<LogStream, FollowedLog> waiting = new LinkedHashMap<>();
      streams.forEach(
          stream -> stream.queryPosition().ifPresent(position -> waiting.put(stream, position)));
      if (waiting.isEmpty()) {
        return;
      }
      Iterator<News> news = followStore.query(List.copyOf(waiting.values())).iterator();
      waiting.forEach((stream, position) -> stream.onNews(position, news.next()));
    } catch (DatabaseException e) {
      LOG.debugf(
          "Failed to check followed logs for new lines; the next check retries: %s",
          e.getMessage());
    } finally {
      querying.set(false);
    }
  }

  private void disconnectAll() {
    stopping = true;
    streams.forEach(LogStream::disconnect);
  }

  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) {
    timer.shutdownNow();
    readers.shutdown();
    disconnectAll();
  }

  private static Thread thread(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
