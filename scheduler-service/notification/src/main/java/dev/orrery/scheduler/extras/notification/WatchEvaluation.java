package dev.orrery.scheduler.extras.notification;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.extras.notification.WatchStore.Looked;
import dev.orrery.scheduler.extras.notification.WatchStore.Overdue;
import dev.orrery.scheduler.extras.notification.WatchStore.Slow;
import dev.orrery.scheduler.extras.notification.WatchStore.Subscriber;
import dev.orrery.scheduler.extras.notification.WatchStore.ToPause;
import dev.orrery.scheduler.model.job.PauseService;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Checks jobs with {@code alerts} and {@code onFailure}, and writes messages to the outbox. */
@ApplicationScoped
class WatchEvaluation {
  private static final Logger LOG = Logger.getLogger(WatchEvaluation.class);
  private static final int MAX_ERROR_IN_NOTE = 300;

  private final EngineDatabase database;
  private final HealthEvaluation evaluation;
  private final PauseService pauses;
  private final RunLinks links;

  WatchEvaluation(
      EngineDatabase database,
      HealthEvaluation evaluation,
      PauseService pauses,
      PublicUrlConfig publicUrl) {
    this.database = database;
    this.evaluation = evaluation;
    this.pauses = pauses;
    this.links = RunLinks.of(publicUrl);
  }

  /**
   * Finds jobs that have not succeeded for too long, or that succeed again; blocks.
   *
   * @return the number of jobs that were checked, at most one batch; 0 also while another replica
   *     evaluates
   */
  int overdue() {
    return evaluation.whileLocked(
        connection -> {
          List<Looked> looked =
              WatchStore.lookForSuccess(connection, NotificationLimits.WATCH_BATCH_SIZE);
          tellOverdue(connection, looked);
          evaluation.tellRecovered(
              connection,
              WebhookEvent.OVERDUE,
              looked.stream()
                  .filter(job -> job.recoveredAt() != null && !job.isOverdue())
                  .toList());
          return looked.size();
        });
  }

  private void tellOverdue(Connection connection, List<Looked> looked) throws SQLException {
    Map<Long, Looked> overdue = byJob(looked.stream().filter(Looked::isOverdue).toList());
    for (Subscriber subscriber :
        WatchStore.subscribers(connection, WebhookEvent.OVERDUE, overdue.keySet())) {
      if (!subscriber.told()) {
        Looked job = overdue.get(subscriber.pair().job());
        WatchStore.setOverdue(connection, subscriber.pair());
        evaluation.add(
            connection,
            subscriber.pair(),
            WebhookPayload.overdue(
                new Overdue(subscriber, job.overdueSince(), job.countedFrom()), links));
      }
    }
  }

  private static Map<Long, Looked> byJob(List<Looked> looked) {
    return looked.stream().collect(Collectors.toMap(Looked::job, Function.identity()));
  }

  /** Finds jobs with an instance that runs for too long; blocks. Returns as {@link #overdue}. */
  int slow() {
    return evaluation.whileLocked(
        connection -> {
          List<Slow> looked =
              WatchStore.lookForSlow(connection, NotificationLimits.WATCH_BATCH_SIZE);
          Map<Long, Slow> slow =
              looked.stream()
                  .filter(job -> job.number() > 0)
                  .collect(Collectors.toMap(Slow::job, Function.identity()));
          for (Subscriber subscriber :
              WatchStore.subscribers(connection, WebhookEvent.SLOW, slow.keySet())) {
            WatchStore.setSlow(connection, subscriber.pair());
            evaluation.add(
                connection,
                subscriber.pair(),
                WebhookPayload.slow(subscriber, slow.get(subscriber.pair().job()), links));
          }
          return looked.size();
        });
  }

  /** Reminds of jobs that are still overdue; blocks. */
  int reminders() {
    return evaluation.whileLocked(
        connection -> {
          List<Overdue> overdue = WatchStore.stillOverdue(connection);
          for (Overdue job : overdue) {
            EvaluationStore.setReminded(connection, job.subscriber().pair());
            evaluation.add(connection, job.subscriber().pair(), WebhookPayload.overdue(job, links));
          }
          return overdue.size();
        });
  }

  /**
   * Pauses jobs that failed too often in a row, and tells so; blocks. The pause is a transaction of
   * its own, since an edit of a webhook waits for the lock of the evaluation while it holds that of
   * its app. What is noted survives until it is told.
   */
  int pauses() {
    database
        .autocommit(
            connection -> WatchStore.toPause(connection, NotificationLimits.PAUSE_BATCH_SIZE))
        .stream()
        .filter(job -> !job.isPaused())
        .forEach(this::pause);
    return evaluation.whileLocked(
        connection -> {
          List<ToPause> all =
              WatchStore.toPause(connection, NotificationLimits.PAUSE_BATCH_SIZE).stream()
                  .filter(ToPause::isPaused)
                  .toList();
          Set<Long> paused =
              WatchStore.setPaused(connection, all.stream().map(ToPause::job).toList());
          Map<Long, ToPause> told =
              all.stream()
                  .filter(job -> job.byScheduler() && paused.contains(job.job()))
                  .collect(Collectors.toMap(ToPause::job, Function.identity()));
          for (Subscriber subscriber :
              WatchStore.subscribers(connection, WebhookEvent.PAUSED, told.keySet())) {
            evaluation.add(
                connection,
                subscriber.pair(),
                WebhookPayload.paused(subscriber, told.get(subscriber.pair().job()), links));
          }
          return paused.size();
        });
  }

  private void pause(ToPause job) {
    String error =
        job.error() == null ? "" : ": " + BoundedText.abbreviate(job.error(), MAX_ERROR_IN_NOTE);
    String note = "Paused after " + job.failures() + " failures in a row" + error;
    if (pauses.pauseFailingJob(job.appId(), job.name(), note)) {
      LOG.infof(
          "Paused a job that failed too often: app=%s job=%s failures=%d",
          job.app(), job.name(), job.failures());
    }
  }
}
